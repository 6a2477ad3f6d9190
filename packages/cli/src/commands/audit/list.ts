import { Command } from 'commander'
import { asId } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import { timeIn } from '../../time.ts'
import type { World } from '../../world.ts'

interface Filter {
  readonly actor?: string
  readonly action?: string
  readonly subject?: string
  readonly before?: number
}

export function listAudit(world: World): Command {
  const command = new Command('list')
    .summary('Show who did what')
    .description('Show who did what in the workspace, newest first.')
    .option('--actor <name>', 'only of this user or token')
    .option('--action <action>', 'only this operation, such as task.run, or all of a noun')
    .option('--subject <name>', 'only what was done to this')
    .option('--before <id>', 'the page that ends before this entry', asId)
    .action(async (filter: Filter, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const entries = await hub.audit.list(filter)
      print.list(entries, 'No entry.', (paint) =>
        table(
          entries,
          [
            { title: 'ID', value: (entry) => entry.id, align: 'right' },
            { title: 'AT', value: (entry) => timeIn('UTC', entry.at) },
            { title: 'WHO', value: (entry) => entry.actor.name || entry.actor.kind },
            { title: 'FROM', value: (entry) => entry.from },
            { title: 'ACTION', value: (entry) => entry.action },
            { title: 'SUBJECT', value: (entry) => entry.subject },
            { title: 'OUTCOME', value: (entry) => entry.outcome },
          ],
          paint,
        ),
      )
    })
  return withExamples(command, [['datahub audit list --action destination', 'who changed a destination']])
}
