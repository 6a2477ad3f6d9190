import { Command } from 'commander'
import { asId, asWholeNumber } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { countWords, sizeWords } from '../../quantity.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import { rangeWords, timeIn } from '../../time.ts'
import type { World } from '../../world.ts'
import { statusText } from './execution-view.ts'

interface Options {
  readonly task?: string
  readonly status?: number
  readonly limit: number
  readonly before?: number
}

export function listExecutions(world: World): Command {
  const command = new Command('list')
    .summary('List executions, the newest first')
    .description('List executions, the newest first.')
    .option('--task <task>', 'only those of this task, by id or name')
    .option('--status <number>', 'only those with this status: 6 was sent, 3, 5, 7 and 8 failed', asWholeNumber(0, 8))
    .option('--limit <count>', 'how many', asWholeNumber(1, 1000), 50)
    .option('--before <id>', 'only those with a smaller id: the next page', asId)
    .action(async ({ task, status, limit, before }: Options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const executions = await hub.execution.list({
        limit,
        ...(task === undefined ? {} : { task }),
        ...(status === undefined ? {} : { status }),
        ...(before === undefined ? {} : { before }),
      })
      print.list(executions, 'No execution matches.', (paint) =>
        table(
          executions,
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
      const last = executions.at(-1)
      if (last && executions.length === limit) print.note(`There may be more: add --before ${last.id}`)
    })
  return withExamples(command, [
    ['datahub execution list --task 161 --limit 10', 'the last ten of a task'],
    ['datahub execution list --status 7', 'those that could not be sent'],
  ])
}
