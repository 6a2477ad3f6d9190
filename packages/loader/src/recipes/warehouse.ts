import type { Column, ColumnType } from '@datahub/core/bucket/column'
import { formatRecord } from '@datahub/core/bucket/csv'
import type { RecipeTable } from './recipe-facts.ts'

/** How a warehouse writes names and types. */
export interface Warehouse {
  quote(name: string): string
  readonly types: Readonly<Record<ColumnType, string>>
  /** A decimal of this many digits, of them `scale` after the point; undefined where it has none so large. */
  decimal(precision: number, scale: number): string | undefined
}

/** `date DATE, asin STRING` */
export function columnsOf({ quote, types, decimal }: Warehouse, { columns }: RecipeTable): string {
  const type = ({ type, precision, scale = 0 }: Column) =>
    (type === 'decimal' && precision !== undefined ? decimal(precision, scale) : undefined) ?? types[type]
  return columns.map((column) => `${quote(column.name)} ${type(column)}`).join(', ')
}

/** The first record of a table's CSV, as every package of these columns has it. */
export const headerOf = ({ columns }: RecipeTable): string => formatRecord(columns.map(({ name }) => name))

export const upTo38 = (name: string) => (precision: number, scale: number) =>
  precision <= 38 ? `${name}(${precision},${scale})` : undefined

export const backticks = (name: string) => `\`${name.replaceAll('`', '')}\``
export const doubleQuotes = (name: string) => `"${name.replaceAll('"', '""')}"`

/** SQL in a here-document of the shell, which would take these characters for its own. */
export const inShell = (text: string) => text.replace(/[\\$`]/g, (character) => `\\${character}`)

/**
 * Takes out of `into` what the rows of `stage` replace: the days that it has, or by `deleteKeys` the rows of its keys. Empty
 * where rows are appended.
 */
export function deletion(
  { quote }: Warehouse,
  { dateColumn, primaryKey }: RecipeTable,
  [into, stage]: readonly [into: string, stage: string],
  deleteKeys: (quotedKey: readonly string[]) => string,
): string[] {
  if (dateColumn !== undefined)
    return [`delete from ${into} where ${quote(dateColumn)} in (select ${quote(dateColumn)} from ${stage});`]
  return primaryKey ? [deleteKeys(primaryKey.map(quote))] : []
}

/** A word of the shell, whatever is in it. */
const shellWord = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/**
 * `package.zip` is unpacked into `<table>.csv`, of which one is empty where the package does not have the table. What this
 * recipe does not know ends it: rows would go into wrong columns, or nowhere.
 */
export function unpack(taskId: number, tables: readonly RecipeTable[]): string {
  const names = tables.map(({ name }) => name)
  const unpacked = tables.map((table) => `  unpack ${table.name} ${shellWord(headerOf(table).slice(0, -1))}`)
  return `  if unzip -Z1 package.zip | grep -Ev '^(${names.join('|')})_${taskId}_[0-9]{8}\\.csv$'; then stop; fi
${unpacked.join('\n')}`
}

/** What `unpack` calls. */
export function unpackFunctions(taskId: number): string {
  return `stop() { echo "$package has tables or columns that this recipe does not know. Ask for it again, and alter the tables." >&2; exit 1; }
unpack() { # a table, and the header that its CSV has to have
  unzip -p package.zip "$1_${taskId}_*.csv" > "$1.csv" || [ $? = 11 ]
  [ ! -s "$1.csv" ] || [ "$(head -n "$(wc -l <<< "$2")" "$1.csv")" = "$2" ] || stop
}`
}

/** New packages, oldest first, one by one in `$package`; what stands in the loop gets no input of its own. */
export function eachPackage(source: string, awsOptions: string, body: string): string {
  return `aws s3 ls "${source}" ${awsOptions} | awk '{print $4}' | grep '\\.zip$' | sort > packages.txt
while read -r package <&3; do
${body}
done 3< packages.txt
`
}
