import { Command } from 'commander'
import { asDay, asWholeNumber } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import type { World } from '../../world.ts'
import { askSource, takesSource } from './which-source.ts'

interface Options {
  readonly file?: string
  readonly table?: string
  readonly on?: string
  readonly rows: number
}

export function previewSource(world: World): Command {
  const command = takesSource(new Command('preview'))
    .summary('Show the first rows of a report')
    .description('Show the first rows of a report, as they would stand in the file. NULL is shown as NULL.')
    .option('--table <table>', 'which report (default: the first)')
    .option('--on <day>', 'the day whose rows are read (default: the latest)', asDay)
    .option('--rows <count>', 'how many', asWholeNumber(1, 100), 10)
    .action(async (name: string | undefined, options: Options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const { file, rows, table: only, on } = options
      const request = { rows, ...(only === undefined ? {} : { table: only }), ...(on === undefined ? {} : { on }) }
      const preview = await askSource(world, command, name, file, {
        saved: (name) => hub.source.preview({ name, ...request }),
        unsaved: (source) => hub.source.previewUnsaved({ source, ...request }),
        ...(only === undefined ? { isFirstOnly: true } : { tables: [only] }),
      })
      print.result(preview, (paint) =>
        table(
          preview.rows,
          preview.columns.map((column, index) => ({
            title: column.name,
            value: (row: (string | null)[]) => row[index] ?? 'NULL',
          })),
          paint,
        ),
      )
      if (preview.rows.length === 0) print.note(`No row of ${preview.table} on that day.`)
    })
  return withExamples(command, [
    ['datahub source preview market_insight', 'ten rows of its first report'],
    [
      'datahub source preview market_insight --table market_insight_asin --on 2024-01-31 --rows 3',
      'of one table, on one day',
    ],
    ['datahub source preview -f hub.yaml', 'before it is saved'],
  ])
}
