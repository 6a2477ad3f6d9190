import { NAME } from '@datahub/core/bucket/names'
import { Filter } from '@datahub/core/source/filter'
import { z } from 'zod'
import { nameInCsv } from './shape-report.ts'

/** A column's name as the source has it: any text without NUL, because sources allow that. */
const ColumnName = z
  .string()
  .min(1, 'must not be empty')
  .max(255)
  .refine((name) => !name.includes('\0'), 'must not contain NUL')

const distinct = (names: readonly string[]) => new Set(names).size === names.length

/** What every kind's report definition says in the same words. */
export const reportFields = {
  table: z
    .string()
    .regex(NAME, 'small letters, digits and _, a letter first, at most 63')
    .meta({ description: 'Name of the report: of its CSV in the package and of the table at the receiver' }),
  dateColumn: ColumnName.optional().meta({ description: 'The column that the data range cuts' }),
  primaryKey: z
    .array(ColumnName)
    .min(1)
    .refine(distinct, 'names a column twice')
    .optional()
    .meta({ description: 'Columns that together are unique' }),
  columns: z
    .array(ColumnName)
    .min(1)
    .refine(distinct, 'names a column twice')
    .optional()
    .meta({ description: 'The columns to deliver, in this order; all of them when absent' }),
  rename: z
    .record(ColumnName, ColumnName)
    .refine((names) => distinct(Object.values(names)), 'gives two columns one name')
    .optional()
    .meta({ description: 'Names in the CSV by the name in the source, where they differ' }),
  where: z
    .array(Filter)
    .min(1)
    .max(50)
    .optional()
    .meta({ description: 'Which rows are delivered: all of these conditions hold' }),
}

interface KeyFields {
  readonly dateColumn?: string | undefined
  readonly primaryKey?: readonly string[] | undefined
  readonly columns?: readonly string[] | undefined
  readonly rename?: Readonly<Record<string, string>> | undefined
}

/**
 * For `superRefine`: the receiver needs the date column and the primary key, so picking columns must not lose them, and
 * renaming must not give two columns one name.
 */
export function keepKeys({ dateColumn, primaryKey, columns, rename }: KeyFields, context: z.core.$RefinementCtx): void {
  if (!columns) return
  const issue = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
  const lost = Object.keys(rename ?? {}).find((name) => !columns.includes(name))
  if (lost !== undefined) issue('rename', `names ${lost}, which is not one of the columns`)
  const names = columns.map((name) => nameInCsv({ rename }, name))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (rename && twice !== undefined) issue('rename', `gives two columns the name ${twice}`)
  const keys = [...(dateColumn === undefined ? [] : [dateColumn]), ...(primaryKey ?? [])]
  for (const key of new Set(keys)) {
    if (columns.includes(key)) continue
    issue('columns', `must contain ${key}, which is a date column or key`)
  }
}

/** The column in which a database that can tell says when a row was last changed. */
export const changedColumn = ColumnName.optional().meta({
  description: 'A timestamp that every change of a row sets, for tasks with refreshChangedDays; needs dateColumn',
})

/** For `superRefine`: days that changed can only be told where rows have days. */
export function changesNeedDays(
  report: { readonly dateColumn?: string | undefined; readonly changedColumn?: string | undefined },
  context: z.core.$RefinementCtx,
): void {
  if (report.changedColumn === undefined || report.dateColumn !== undefined) return
  context.addIssue({ code: 'custom', path: ['changedColumn'], message: 'needs dateColumn, which says whose day it is' })
}

/** How long one package may take to be read from a source, in minutes. */
export const deadlineMinutes = z
  .number()
  .positive()
  .max(24 * 60)
  .default(60)
  .meta({ description: 'Minutes after which reading the reports of one package is given up' })
