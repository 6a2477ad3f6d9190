import { Column } from '@datahub/core/bucket/column'
import type { Secret } from '@datahub/core/secret'
import { secretField } from '@datahub/core/secret-field'
import { TimeZone } from '@datahub/core/task/schedule'
import { z } from 'zod'
import { reportFields } from '../report-fields.ts'
import { AnswerPathText } from './answer-path.ts'
import { placeholdersIn, saysDay } from './placeholders.ts'
import { Create, Download, Headers, Poll, Test } from './service.ts'
import { UrlText } from './urls.ts'

const oauth = {
  tokenUrl: UrlText.meta({ description: 'Where access tokens are fetched' }),
  clientId: z.string().min(1).max(500),
  scope: z.string().max(1000).optional(),
}

const Auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('api-key'),
    header: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,100}$/, 'is not the name of a header')
      .default('Authorization'),
    prefix: z
      .string()
      .regex(/^[\x20-\x7e]{0,50}$/, 'must be printable ASCII')
      .default('')
      .meta({ description: 'What stands before the key, such as "Bearer "' }),
  }),
  z.strictObject({ type: z.literal('client-credentials'), ...oauth }),
  z.strictObject({ type: z.literal('refresh-token'), ...oauth }),
])

export type Auth = z.output<typeof Auth>
export type OAuth = Extract<Auth, { tokenUrl: string }>

const SECRETS_OF: Readonly<Record<Auth['type'], readonly SecretName[]>> = {
  none: [],
  'api-key': ['apiKey'],
  'client-credentials': ['clientSecret'],
  'refresh-token': ['clientSecret', 'refreshToken'],
}

export const SECRETS = ['apiKey', 'clientSecret', 'refreshToken'] as const
type SecretName = (typeof SECRETS)[number]

export const Accounts = z
  .array(
    z.strictObject({
      id: z.string().min(1).max(200),
      timeZone: TimeZone.optional().meta({ description: 'The zone in which the service cuts its days' }),
    }),
  )
  .min(1)
  .max(1000)
  .refine((accounts) => new Set(accounts.map(({ id }) => id)).size === accounts.length, 'names an account twice')

/** How long a report may take, from the moment in which it was asked for. */
export const deadlineMinutes = z
  .number()
  .positive()
  .max(48 * 60)
  .default(240)
  .meta({ description: 'Minutes that a report may take to be produced, and again to be downloaded' })

export const AccountColumn = z.string().min(1).max(255)

export const ReportApiConnection = z
  .strictObject({
    baseUrl: UrlText.meta({ description: 'Scheme and host of the service, and what all paths begin with' }),
    auth: Auth.default({ type: 'none' }),
    apiKey: secretField('The key, with auth of type api-key').optional(),
    clientSecret: secretField('The secret of the OAuth client').optional(),
    refreshToken: secretField('The refresh token, with auth of that type').optional(),
    headers: Headers,
    timeZone: TimeZone.default('UTC').meta({ description: 'The zone in which the service cuts its days' }),
    accounts: Accounts.optional().meta({ description: 'Each is asked for its own report; the rows are joined' }),
    accountColumn: AccountColumn.optional().meta({ description: 'A first column that has the id of the account' }),
    test: Test.optional().meta({ description: 'What a connection test asks the service: something cheap' }),
    create: Create,
    poll: Poll,
    download: Download,
    grain: z.enum(['day', 'hour']).default('day').meta({
      description: 'What the service counts in; hour: its reports are of hours, which requests name as instants',
    }),
    maxDays: z.number().int().min(1).max(3660).optional().meta({
      description: 'The longest range of one report; longer ones are asked for in parts and joined',
    }),
    maxHours: z.number().int().min(1).max(87_840).optional().meta({
      description: 'Instead of maxDays with grain: hour',
    }),
    retentionDays: z.number().int().min(1).max(36_600).optional().meta({
      description: 'How far back the service has data',
    }),
    requestsPerMinute: z.number().min(1).max(60_000).default(60),
    deadlineMinutes,
  })
  .superRefine((connection, context) => {
    const problem = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message })
    const { auth, poll, download, accounts, accountColumn, test } = connection
    const wanted = SECRETS_OF[auth.type]
    for (const name of SECRETS) {
      if (wanted.includes(name) === (connection[name] !== undefined)) continue
      problem(
        [name],
        wanted.includes(name) ? `is needed for auth of type ${auth.type}` : `is not used by auth of type ${auth.type}`,
      )
    }
    if ((poll.url === undefined) === (download.path === undefined))
      problem(['download', 'path'], 'or poll.url is needed, and only one of the two')
    if (accounts && accounts.length > 1 && accountColumn === undefined)
      problem(['accountColumn'], 'is needed to tell the rows of several accounts apart')
    if (accountColumn !== undefined && !accounts) problem(['accountColumn'], 'needs accounts')
    if (test?.accounts && !accounts) problem(['test', 'accounts'], 'needs accounts to look for')
    const { grain, maxDays, maxHours, create } = connection
    if (grain === 'day' && maxHours !== undefined) problem(['maxHours'], 'goes with grain: hour; otherwise use maxDays')
    if (grain === 'hour' && maxDays !== undefined) problem(['maxDays'], 'goes with grain: day; otherwise use maxHours')
    if (grain === 'day') return
    for (const [name, request] of Object.entries({ headers: connection.headers, create, poll, download })) {
      const day = placeholdersIn(request).find(saysDay)
      if (day === undefined) continue
      const [end] = day.split(':')
      problem([name], `holds {${day}}, which says no hour: write {${end}:instant} or {${end}:epoch}`)
    }
  })

/** The shape of the connection, and what presets make of theirs. */
export interface ReportApiConnection {
  readonly baseUrl: string
  readonly auth: Auth
  readonly apiKey?: Secret | undefined
  readonly clientSecret?: Secret | undefined
  readonly refreshToken?: Secret | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly timeZone: string
  readonly accounts?: readonly { readonly id: string; readonly timeZone?: string | undefined }[] | undefined
  readonly accountColumn?: string | undefined
  readonly test?: Test | undefined
  readonly create: Create
  readonly poll: Poll
  readonly download: Download
  readonly grain: 'day' | 'hour'
  readonly maxDays?: number | undefined
  readonly maxHours?: number | undefined
  readonly retentionDays?: number | undefined
  readonly requestsPerMinute: number
  readonly deadlineMinutes: number
}

const ReportColumn = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(255)
    .refine((name) => !name.includes('\0'), 'must not contain NUL'),
  from: AnswerPathText.optional().meta({ description: 'Where it stands in a record; absent: under its own name' }),
  type: Column.shape.type.exclude(['bytes', 'time']),
  nullable: z.boolean().default(true),
  precision: z.number().int().positive().optional(),
  scale: z.number().int().nonnegative().optional(),
})

export type ReportColumn = z.output<typeof ReportColumn>

export const ReportApiReport = z
  .strictObject({
    table: reportFields.table,
    dateColumn: reportFields.dateColumn,
    primaryKey: reportFields.primaryKey,
    parameters: z
      .record(z.string().regex(/^[\w-]{1,100}$/), z.json())
      .default({})
      .meta({
        description: 'What {parameter.<name>} stands for in the requests',
      }),
    columns: z.array(ReportColumn).min(1).max(2000),
    retentionDays: z.number().int().min(1).max(36_600).optional().meta({
      description: 'Where this report has another one than the service',
    }),
    longRanges: z.enum(['parts', 'refused']).default('parts').meta({
      description:
        'What becomes of ranges longer than maxDays or maxHours; refused: its rows are sums over the range, which parts are not',
    }),
  })
  .superRefine(({ columns }, context) => {
    const names = columns.map(({ name }) => name)
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        context.addIssue({ code: 'custom', path: ['columns', index, 'name'], message: 'stands there twice' })
    })
  })

export type ReportApiReport = z.output<typeof ReportApiReport>
