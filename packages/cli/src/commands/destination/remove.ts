import { Command } from 'commander'
import { asReference } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function removeDestination(world: World): Command {
  const command = new Command('remove')
    .summary('Remove a destination that no task uses')
    .description('Remove a destination that no task uses. What was delivered there stays.')
    .argument('<name>', 'its name', asReference)
    .action(async (name: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      await hub.destination.remove({ name })
      print.result({ name, removed: true }, () => `Removed destination "${name}".`)
    })
  return withExamples(command, [['datahub destination remove acme-old', 'forget it and its keys']])
}
