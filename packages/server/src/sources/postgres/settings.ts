import { z } from 'zod'
import { databaseFields, type DatabaseConnection } from '../database-fields.ts'
import { fromOrQuery } from '../from-or-query.ts'
import { changedColumn, changesNeedDays, keepKeys, reportFields } from '../report-fields.ts'
import { readQuery } from './query-template.ts'
import { parseRelationName } from './relation-name.ts'

export const PostgresConnection = z.strictObject(databaseFields(5432))

export type PostgresConnection = DatabaseConnection

/** A report is a relation (`from`) or a query; the data range cuts its date column, or stands in the query. */
export const PostgresReport = z
  .strictObject({
    ...reportFields,
    changedColumn,
    from: z.string().optional().meta({
      description:
        'A table or view: `schema.table`; write names with capitals or dots as in SQL: `"Ads"."Daily.Report"`',
    }),
    query: z.string().max(100_000).optional().meta({
      description:
        'A SELECT; `:from` and `:to` become the data range, each as a date or an instant as its place asks for. The query alone then decides which rows are in',
    }),
  })
  .superRefine(keepKeys)
  .superRefine(changesNeedDays)
  .superRefine(
    fromOrQuery({
      parseName: parseRelationName,
      namesRead: 'must read table or schema.table; write names with capitals or dots in double quotes',
      readQuery,
    }),
  )

export type PostgresReport = z.output<typeof PostgresReport>
