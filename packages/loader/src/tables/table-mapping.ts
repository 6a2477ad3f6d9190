import { z } from 'zod'
import { Refusal } from '../problem.ts'
import type { TableName } from '../targets/target.ts'

export const MODES = ['append', 'upsert', 'replace'] as const
export type Mode = (typeof MODES)[number]

/** What to do with columns that the table does not have: add them, gather them in one JSON column, or refuse. */
const NEW_COLUMNS = ['add', 'json', 'refuse'] as const

const Identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/, 'letters, digits and underscores, at most 63')

export const TableRule = z.strictObject({
  table: z
    .string()
    .regex(/^([A-Za-z_][A-Za-z0-9_$]{0,62}\.)?[A-Za-z_][A-Za-z0-9_$]{0,62}$/, 'a table, or schema.table')
    .optional(),
  mode: z.enum(MODES).optional(),
  /** For packages without a manifest, and where the manifest's key is not the wanted one. */
  primaryKey: z.array(z.string()).min(1).optional(),
  columns: z.record(z.string(), Identifier).optional(),
  newColumns: z.enum(NEW_COLUMNS).optional(),
})

/** By the name that the CSV gives; what is not mentioned follows the rule of the CSV's name. */
export const TableMapping = z.record(z.string(), TableRule)
export type TableMapping = z.output<typeof TableMapping>
export type TableRule = z.output<typeof TableRule>

/** The column that says which load a row came from, in tables whose rows cannot be told apart by a range. */
export const LOAD_COLUMN = '_datahub_load'
/** The column for values of columns that the table does not have. */
export const EXTRA_COLUMN = '_datahub_extra'

/** Where the rows of a report go: `market_insight_asin` of the CSV's name, or what the mapping says. */
export function targetTable(table: string, rule: TableRule | undefined): TableName {
  const [first = table, second] = (rule?.table ?? table).split('.')
  return second === undefined ? { name: first } : { schema: first, name: second }
}

/**
 * A name for every field of the CSV that the engine can have side by side: not empty, not too long, different from each
 * other without regard to case. Fields that are named alike get a number.
 */
export function columnNames(fields: readonly string[], rule: TableRule | undefined, maxBytes: number): string[] {
  const taken = new Set([LOAD_COLUMN, EXTRA_COLUMN])
  const renamed = new Map(Object.entries(rule?.columns ?? {}))
  return fields.map((field, at) => {
    const wanted = renamed.get(field) ?? field.replace(/[\p{Cc}\p{Cs}]/gu, '_').trim()
    let name = shorten(wanted === '' ? `column_${at + 1}` : wanted, maxBytes)
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) {
      const suffix = `_${number}`
      name = shorten(wanted === '' ? `column_${at + 1}` : wanted, maxBytes - suffix.length) + suffix
    }
    taken.add(name.toLowerCase())
    return name
  })
}

function shorten(name: string, maxBytes: number): string {
  let short = name
  while (Buffer.byteLength(short) > maxBytes) short = [...short].slice(0, -1).join('')
  return short.trimEnd()
}

/** The rule for a report's table; a mapping may not send two reports of one package into the same table. */
export function requireDistinct(tables: readonly TableName[]): void {
  const seen = new Set<string>()
  for (const { schema = '', name } of tables) {
    const key = `${schema}.${name}`.toLowerCase()
    if (seen.has(key)) throw new Refusal(`two reports of the package go into the table ${name}`)
    seen.add(key)
  }
}
