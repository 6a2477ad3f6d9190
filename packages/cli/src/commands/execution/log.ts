import type { LogPage } from '@datahub/core/api/execution-shapes'
import { isAtLeast, LOG_LEVELS, type LogLevel } from '@datahub/core/execution/log-level'
import { Command, Option } from 'commander'
import { asId } from '../../arguments.ts'
import type { Hub } from '../../client.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { logTable } from './execution-view.ts'

interface Options {
  readonly level: LogLevel
  readonly find?: string
}

export function logOfExecution(world: World): Command {
  const command = new Command('log')
    .summary('Print the log of an execution')
    .description('Print the log of an execution, oldest line first.')
    .argument('<id>', 'its id', asId)
    .addOption(
      new Option('--level <level>', 'only lines of this level and graver ones').choices(LOG_LEVELS).default('info'),
    )
    .option('--find <text>', 'only lines with this text, in capitals or not')
    .action(async (id: number, { level, find = '' }: Options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const { events, earlierEvents, dataRange } = await hub.execution.get({ id })
      const wanted = find.toLowerCase()
      const lines = [...(await readEarlier(hub, id, events[0]?.id, earlierEvents)), ...events].filter(
        (line) => isAtLeast(line.level, level) && `${line.step} ${line.message}`.toLowerCase().includes(wanted),
      )
      print.list(lines, 'No line matches.', (paint) => logTable(lines, dataRange.timeZone, paint))
    })
  return withExamples(command, [
    ['datahub execution log 42', 'all of it'],
    ['datahub execution log 42 --level warn', 'what went wrong, and what was tried again'],
  ])
}

/** The lines before the one with this id, of which there are so many, oldest first. */
async function readEarlier(hub: Hub, id: number, before: number | undefined, count: number): Promise<LogPage['lines']> {
  const lines: LogPage['lines'] = []
  for (let [oldest, left] = [before, count]; left > 0 && oldest !== undefined;) {
    const page = await hub.execution.log({ id, before: oldest })
    lines.unshift(...page.lines)
    ;[oldest, left] = [page.lines[0]?.id, page.earlier]
  }
  return lines
}
