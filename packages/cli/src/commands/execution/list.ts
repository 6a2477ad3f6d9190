import { TRIGGERS } from '@datahub/core/api/execution-shapes'
import { Command, Option } from 'commander'
import { asDay, asId, asStatuses, asWholeNumber } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { countWords, sizeWords } from '../../quantity.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import { rangeWords, timeIn } from '../../time.ts'
import type { World } from '../../world.ts'
import { statusText } from './execution-view.ts'

type Trigger = (typeof TRIGGERS)[number]

interface Options {
  readonly task?: string
  readonly status?: number[]
  readonly trigger?: Trigger
  readonly from?: string
  readonly to?: string
  readonly find?: string
  readonly around?: number
  readonly limit: number
  readonly cursor?: string
}

export function listExecutions(world: World): Command {
  const command = new Command('list')
    .summary('List executions, the newest first')
    .description('List executions, the newest first.')
    .option('--task <task>', 'only those of this task, by id or name')
    .option('--status <numbers>', 'only those with these statuses: 6 was sent, 3,5,7,8 failed', asStatuses)
    .addOption(new Option('--trigger <trigger>', 'only those started so').choices(TRIGGERS))
    .option('--from <day>', 'only those with data of this day or later ones', asDay)
    .option('--to <day>', 'only those with data of this day or earlier ones', asDay)
    .option('--find <text>', 'only the one with this id, Request ID or file name, or beginning of them')
    .option('--around <id>', 'the page with this execution in its middle', asId)
    .option('--limit <count>', 'how many', asWholeNumber(1, 1000), 50)
    .option('--cursor <cursor>', 'the page that begins there')
    .action(async ({ find, ...filter }: Options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const { items, next } = await hub.execution.list({ ...filter, ...(find === undefined ? {} : { text: find }) })
      print.list(items, 'No execution matches.', (paint) =>
        table(
          items,
          [
            { title: 'ID', value: (execution) => execution.id, align: 'right' },
            { title: 'TASK', value: (execution) => execution.task },
            { title: 'STATUS', value: statusText },
            { title: 'DATA RANGE', value: (execution) => rangeWords(execution.dataRange) },
            { title: 'TRIGGER', value: (execution) => execution.trigger },
            { title: 'TRIGGERED', value: (execution) => timeIn(execution.dataRange.timeZone, execution.triggeredAt) },
            { title: 'ENDED', value: (execution) => timeIn(execution.dataRange.timeZone, execution.endedAt) },
            { title: 'ROWS', value: ({ rows }) => rows && countWords(rows), align: 'right' },
            { title: 'SIZE', value: ({ sizeBytes }) => sizeBytes && sizeWords(sizeBytes), align: 'right' },
          ],
          paint,
        ),
      )
      if (next !== null) print.note(`There are more: add --cursor ${next}`)
    })
  return withExamples(command, [
    ['datahub execution list --task 161 --limit 10', 'the last ten of a task'],
    ['datahub execution list --status 3,5,7,8', 'those that failed'],
    ['datahub execution list --find market_insight_161_202611', 'by the beginning of the file name'],
  ])
}
