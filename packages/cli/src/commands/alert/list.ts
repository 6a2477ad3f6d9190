import { Command, Option } from 'commander'
import { withExamples } from '../../help.ts'
import { countOf } from '../../quantity.ts'
import { everyPage } from '../../pages.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import { timeIn } from '../../time.ts'
import type { World } from '../../world.ts'

type State = 'open' | 'resolved' | 'all'

export function listAlerts(world: World): Command {
  const command = new Command('list')
    .summary('List alerts, one per root cause')
    .description('List alerts, newest first: one per root cause, with all tasks that have it.')
    .addOption(new Option('--state <state>', 'which').choices(['open', 'resolved', 'all']).default('open'))
    .action(async ({ state }: { state: State }, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const filter = state === 'all' ? {} : { state }
      const alerts = await everyPage((page) => hub.alert.list({ ...filter, ...page, limit: 200 }))
      print.list(alerts, state === 'open' ? 'No open alert.' : 'No alert.', (paint) =>
        table(
          alerts,
          [
            { title: 'ID', value: (alert) => alert.id, align: 'right' },
            { title: 'KIND', value: (alert) => alert.kind },
            { title: 'SINCE', value: (alert) => timeIn('UTC', alert.since) },
            { title: 'WHERE', value: ({ place }) => `${place.noun} "${place.name}"` },
            { title: 'CODE', value: (alert) => alert.code },
            { title: 'TASKS', value: (alert) => alert.tasks.length, align: 'right' },
            { title: 'SENT', value: ({ sent, unsent }) => `${sent}/${sent + unsent}` },
            { title: 'STATE', value: ({ state, resolution }) => resolution ?? state },
          ],
          paint,
        ),
      )
      const [first] = alerts
      if (state === 'open' && first)
        print.note(
          `${countOf(alerts.length, 'alert')} open. What helps against the first: ${first.cure || 'see its tasks'}`,
        )
    })
  return withExamples(command, [
    ['datahub alert list', 'what is wrong now, by root cause'],
    ['datahub alert list --state all', 'and what was'],
  ])
}
