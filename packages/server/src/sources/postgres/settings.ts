import type { Secret } from '@datahub/core/secret'
import { secretField } from '@datahub/core/secret-field'
import { z } from 'zod'
import { changedColumn, changesNeedDays, deadlineMinutes, keepKeys, reportFields } from '../report-fields.ts'
import { readQuery } from './query-template.ts'
import { parseRelationName } from './relation-name.ts'

const plainText = (description: string) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(255)
    .refine((text) => !text.includes('\0'), 'must not contain NUL')
    .meta({ description })

/** Structured fields only: a connection string could name files, sockets and options of the driver. */
export const PostgresConnection = z.strictObject({
  host: z
    .string()
    .max(255)
    .regex(/^[A-Za-z0-9_.:-]+$/, 'a host name or an IP address, not a path and not a connection string')
    .meta({ description: 'Host name or IP address' }),
  port: z.number().int().min(1).max(65_535).default(5432).meta({ description: 'TCP port' }),
  database: plainText('Name of the database'),
  user: plainText('A role that may only read is enough'),
  password: secretField('Password of the user').optional(),
  tls: z.enum(['off', 'require', 'verify']).default('off').meta({
    description:
      'off: no TLS; require: TLS, any certificate; verify: TLS, a certificate of a known authority for this host',
  }),
  deadlineMinutes,
})

export interface PostgresConnection {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password?: Secret | undefined
  readonly tls: 'off' | 'require' | 'verify'
  readonly deadlineMinutes: number
}

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
  .superRefine((report, context) => {
    const problem = (path: 'from' | 'query', message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (report.from === undefined && report.query === undefined) problem('from', 'either from or query is needed')
    if (report.from !== undefined && report.query !== undefined) problem('query', 'either from or query, not both')
    if (report.from !== undefined && !parseRelationName(report.from)) {
      problem('from', 'must read table or schema.table; write names with capitals or dots in double quotes')
    }
    if (report.query !== undefined) {
      const template = readQuery(report.query)
      if ('problem' in template) problem('query', template.problem)
    }
  })

export type PostgresReport = z.output<typeof PostgresReport>
