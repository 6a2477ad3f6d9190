import { Command } from 'commander'
import { asDay } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { countOf } from '../../quantity.ts'
import { openSession } from '../../session.ts'
import type { World } from '../../world.ts'
import { askSource, takesSource } from './which-source.ts'

interface Options {
  readonly file?: string
  readonly table?: string
  readonly on?: string
  readonly from?: string
  readonly to?: string
  readonly timeZone: string
}

export function estimateReport(world: World): Command {
  const command = takesSource(new Command('estimate'))
    .summary('Say about how many rows a report has')
    .description("Say about how many rows a report has in a range, by the source's statistics, without reading them.")
    .option('--table <table>', 'which report (default: the first)')
    .option('--on <day>', 'one day', asDay)
    .option('--from <day>', 'the first day', asDay)
    .option('--to <day>', 'the last day, included', asDay)
    .option('--time-zone <zone>', 'the zone in which the days are cut', 'UTC')
    .action(async (name: string | undefined, options: Options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const { table, file, ...days } = options
      const request = { ...daysOf(command, days), ...(table === undefined ? {} : { table }) }
      const estimate = await askSource(world, command, name, file, {
        saved: (name) => hub.source.estimate({ name, ...request }),
        unsaved: (source) => hub.source.estimateUnsaved({ source, ...request }),
        ...(table === undefined ? { isFirstOnly: true } : { tables: [table] }),
      })
      const { rows } = estimate
      print.result(estimate, () =>
        rows === null
          ? `${estimate.table}: the source cannot tell.`
          : `${estimate.table}: about ${countOf(rows, 'row')}.`,
      )
    })
  return withExamples(command, [
    ['datahub source estimate market_insight --from 2024-01-01 --to 2024-06-30', 'before a push'],
    ['datahub source estimate -f hub.yaml --on 2024-01-31', 'before it is saved'],
  ])
}

/** `--on`, or `--from` and `--to`. */
export function daysOf(
  command: Command,
  { on, from, to, timeZone }: Omit<Options, 'table' | 'file'>,
): { from: string; to: string; timeZone: string } {
  const days = { from: on ?? from, to: on ?? to ?? from }
  if (days.from === undefined || days.to === undefined || (on !== undefined && from !== undefined)) {
    return command.error('error: say which days: --on, or --from and --to')
  }
  return { from: days.from, to: days.to, timeZone }
}
