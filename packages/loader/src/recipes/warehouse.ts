import type { Column, ColumnType } from '@datahub/core/bucket/column'
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

export const upTo38 = (name: string) => (precision: number, scale: number) =>
  precision <= 38 ? `${name}(${precision},${scale})` : undefined

export const backticks = (name: string) => `\`${name.replaceAll('`', '')}\``
export const doubleQuotes = (name: string) => `"${name.replaceAll('"', '""')}"`

/** SQL in a here-document of the shell, which would take these characters for its own. */
export const inShell = (text: string) => text.replace(/[\\$`]/g, (character) => `\\${character}`)

/** New packages, oldest first, one by one in `$package`; what stands in the loop gets no input of its own. */
export function eachPackage(source: string, awsOptions: string, body: string): string {
  return `aws s3 ls "${source}" ${awsOptions} | awk '{print $4}' | grep '\\.zip$' | sort > packages.txt
while read -r package <&3; do
${body}
done 3< packages.txt
`
}
