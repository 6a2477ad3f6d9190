import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import { timeIn } from '../../time.ts'
import type { World } from '../../world.ts'

export function listWorkspaces(world: World): Command {
  const command = new Command('list')
    .summary('List the workspaces')
    .description('List the workspaces that the token may enter.')
    .action(async (_options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const workspaces = await hub.workspace.list()
      print.list(workspaces, 'No workspace.', (paint) =>
        table(
          workspaces,
          [
            { title: 'NAME', value: (workspace) => workspace.name },
            { title: 'PARALLEL', value: (workspace) => workspace.parallel ?? 'no limit' },
            { title: 'CREATED', value: (workspace) => timeIn('UTC', workspace.createdAt) },
          ],
          paint,
        ),
      )
    })
  return withExamples(command, [['datahub workspace list', 'which there are']])
}
