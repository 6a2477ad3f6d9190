import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'

export function createWorkspace(world: World): Command {
  const command = new Command('create')
    .summary('Create a workspace')
    .description('Create a workspace: what is in it is seen from no other.')
    .argument('<name>', 'lower-case letters, digits and hyphens')
    .action(async (name: string, _options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const made = await hub.workspace.create({ name })
      print.result(made, () => `Created the workspace ${made.name}.`)
    })
  return withExamples(command, [['datahub workspace create team-ads', 'one for each who should see only their own']])
}
