import type { Column } from '@datahub/core/bucket/column'

/** Proposals for somebody who defines a report; they are shown, never applied by themselves. */

/** What stands in a table's or a file's name, as a name that fits file names and SQL. */
export function proposeTable(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
  return (/^[a-z]/.test(words) ? words : `report_${words}`.replace(/_$/, '')).slice(0, 63)
}

/** These change when a row is touched: a range cut by one of them is not the data of its days. */
const OF_THE_ROW = /(updat|modif|chang|load|import|insert|delet|expire|birth)/i

/** The column that most likely says which day a row belongs to: undefined when no date or timestamp seems to. */
export function proposeDateColumn(columns: readonly Column[], primaryKey: readonly string[] = []): string | undefined {
  const score = ({ name, type }: Column) =>
    (type === 'date' ? 4 : 2) + (primaryKey.includes(name) ? 4 : 0) + (/(^|_)(date|day|dt)$/i.test(name) ? 3 : 0)
  return columns
    .filter(({ type }) => type === 'date' || type === 'timestamp' || type === 'timestamptz')
    .filter(({ name }) => primaryKey.includes(name) || !OF_THE_ROW.test(name))
    .map((column) => ({ name: column.name, score: score(column) }))
    .sort((a, b) => b.score - a.score)[0]?.name
}
