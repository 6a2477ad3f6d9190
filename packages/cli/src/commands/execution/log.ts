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
      const { log, dataRange } = await hub.execution.get({ id })
      const wanted = find.toLowerCase()
      const lines = (await wholeLog(hub, id, log)).filter(
        (line) => isAtLeast(line.level, level) && `${line.step} ${line.message}`.toLowerCase().includes(wanted),
      )
      print.list(lines, 'No line matches.', (paint) => logTable(lines, dataRange.timeZone, paint))
    })
  return withExamples(command, [
    ['datahub execution log 42', 'all of it'],
    ['datahub execution log 42 --level warn', 'what went wrong, and what was tried again'],
  ])
}

/** All lines of an execution, oldest first, from the end of its log on. */
async function wholeLog(hub: Hub, id: number, end: LogPage): Promise<LogPage['lines']> {
  const pages = [end]
  for (let [page] = pages; page?.earlier && page.lines[0];) {
    page = await hub.execution.log({ id, before: page.lines[0].id })
    pages.unshift(page)
  }
  return pages.flatMap(({ lines }) => lines)
}
