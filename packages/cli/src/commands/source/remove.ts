import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function removeSource(world: World): Command {
  const command = new Command('remove')
    .summary('Remove a data source that no task uses')
    .description('Remove a data source that no task uses.')
    .argument('<name>', 'its name', asReference)
    .action(async (name: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      await hub.source.remove({ name })
      print.result({ name, removed: true }, () => `Removed data source "${name}".`)
    })
  return withExamples(command, [['datahub source remove orders_old', 'forget it and its password']])
}
