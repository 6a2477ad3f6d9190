import { NAME } from '@datahub/core/bucket/names'
import { z } from 'zod'

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
}

interface KeyFields {
  readonly dateColumn?: string | undefined
  readonly primaryKey?: readonly string[] | undefined
  readonly columns?: readonly string[] | undefined
}

/** For `superRefine`: the receiver needs the date column and the primary key, so picking columns must not lose them. */
export function keepKeys({ dateColumn, primaryKey, columns }: KeyFields, context: z.core.$RefinementCtx): void {
  if (!columns) return
  const keys = [...(dateColumn === undefined ? [] : [dateColumn]), ...(primaryKey ?? [])]
  for (const key of new Set(keys)) {
    if (columns.includes(key)) continue
    context.addIssue({
      code: 'custom',
      path: ['columns'],
      message: `must contain ${key}, which is a date column or key`,
    })
  }
}

/** How long one package may take to be read from a source, in minutes. */
export const deadlineMinutes = z
  .number()
  .positive()
  .max(24 * 60)
  .default(60)
  .meta({ description: 'Minutes after which reading the reports of one package is given up' })
