import { Command } from 'commander'
import { asDay, asReference, asWholeNumber } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { openSession } from '../../session.ts'
import { table } from '../../table.ts'
import type { World } from '../../world.ts'

interface Options {
  readonly table?: string
  readonly on?: string
  readonly rows: number
}

export function previewSource(world: World): Command {
  const command = new Command('preview')
    .summary('Show the first rows of a report')
    .description('Show the first rows of a report, as they would stand in the file. NULL is shown as NULL.')
    .argument('<name>', 'the name of the data source', asReference)
    .option('--table <table>', 'which report (default: the first)')
    .option('--on <day>', 'the day whose rows are read (default: the latest)', asDay)
    .option('--rows <count>', 'how many', asWholeNumber(1, 100), 10)
    .action(async (name: string, options: Options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const preview = await hub.source.preview({
        name,
        rows: options.rows,
        ...(options.table === undefined ? {} : { table: options.table }),
        ...(options.on === undefined ? {} : { on: options.on }),
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
  ])
}
