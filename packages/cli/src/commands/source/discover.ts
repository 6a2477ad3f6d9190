import type { DiscoveredReport } from '@datahub/core/source/discovery'
import { Command } from 'commander'
import { stringify } from 'yaml'
import { asWholeNumber } from '../../arguments.ts'
import { withExamples } from '../../help.ts'
import { countWords } from '../../quantity.ts'
import { openSession } from '../../session.ts'
import { visible, type Paint } from '../../style.ts'
import { table } from '../../table.ts'
import type { World } from '../../world.ts'
import { askSource, takesSource } from './which-source.ts'

interface Options {
  readonly file?: string
  readonly match: string
  readonly limit: number
  readonly yaml: boolean
}

export function discoverReports(world: World): Command {
  const command = takesSource(new Command('discover'))
    .summary('Show which tables, views or files could become reports')
    .description(
      'Show which tables, views or files of a data source could become reports: their columns, and the date column and ' +
        'primary key that are proposed. --yaml prints them as they stand in a hub file.',
    )
    .option('--match <text>', 'only those whose name contains this', '')
    .option('--limit <count>', 'how many', asWholeNumber(1, 1000), 20)
    .option('--yaml', 'print the reports for a hub file', false)
    .action(async (name: string | undefined, { file, match, limit, yaml }: Options, command: Command) => {
      const { hub, print } = await openSession(world, command)
      const { reports, isCut } = await askSource(world, command, name, file, {
        saved: (name) => hub.source.discover({ name, match, limit }),
        unsaved: (source) => hub.source.discoverUnsaved({ source, match, limit }),
      })
      print.list(reports, 'Nothing was found.', (paint) =>
        yaml
          ? stringify({ reports: reports.map(({ report }) => report) }).trimEnd()
          : reports.map((report) => describe(report, paint)).join('\n\n'),
      )
      if (isCut) print.note('There are more: narrow it with --match, or raise --limit.')
    })
  return withExamples(command, [
    ['datahub source discover market_insight', 'what is there'],
    ['datahub source discover market_insight --match asin --yaml', 'as reports for the hub file'],
    ['datahub source discover -f hub.yaml', 'before it is saved: a connection without reports is enough'],
  ])
}

function describe({ title, kind, report, columns, rows, note }: DiscoveredReport, paint: Paint): string {
  const key = Array.isArray(report['primaryKey']) ? report['primaryKey'] : []
  const roleOf = (name: string) =>
    [name === report['dateColumn'] ? 'date column' : '', key.includes(name) ? 'primary key' : '']
      .filter((role) => role !== '')
      .join(', ')
  const count = rows === null ? '' : `, about ${countWords(rows)} rows`
  const lines = table(
    columns,
    [
      { title: '  COLUMN', value: (column) => `  ${visible(column.name)}` },
      { title: 'TYPE', value: (column) => column.type },
      { title: 'IN THE SOURCE', value: (column) => visible(column.sourceType) },
      { title: 'NULL', value: (column) => (column.nullable ? 'yes' : 'no') },
      { title: 'PROPOSED AS', value: (column) => roleOf(column.name) },
    ],
    paint,
  )
  const head = `${paint('bold', visible(title))}  ${kind}${count}`
  return [head, ...(columns.length > 0 ? [lines] : []), ...(note === null ? [] : [`  ${note}`])].join('\n')
}
