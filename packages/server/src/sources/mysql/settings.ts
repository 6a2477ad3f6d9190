import { isIP } from 'node:net'
import { z } from 'zod'
import { databaseFields, type DatabaseConnection } from '../database-fields.ts'
import { fromOrQuery } from '../from-or-query.ts'
import { changedColumn, changesNeedDays, keepKeys, reportFields } from '../report-fields.ts'
import { readQuery } from './query-template.ts'
import { parseTableName } from './sql-text.ts'

export const MysqlConnection = z.strictObject(databaseFields(3306)).superRefine((connection, context) => {
  if (connection.tls !== 'verify' || isIP(connection.host) === 0) return
  const message = 'tls: verify needs the name that the certificate is for, not an address'
  context.addIssue({ code: 'custom', path: ['host'], message })
})

export type MysqlConnection = DatabaseConnection

/** A report is a table or view (`from`) or a query; the data range cuts its date column, or stands in the query. */
export const MysqlReport = z
  .strictObject({
    ...reportFields,
    changedColumn,
    from: z.string().optional().meta({
      description: 'A table or view: `table` or `database.table`; write odd names in backticks, as in SQL',
    }),
    query: z.string().max(100_000).optional().meta({
      description:
        'A SELECT; `:from` and `:to` become the data range: days where dateColumn is a DATE, instants in UTC otherwise. The query alone then decides which rows are in',
    }),
  })
  .superRefine(keepKeys)
  .superRefine(changesNeedDays)
  .superRefine(
    fromOrQuery({
      parseName: parseTableName,
      namesRead: 'must read table or database.table; write odd names in backticks',
      readQuery,
    }),
  )

export type MysqlReport = z.output<typeof MysqlReport>
