import { Column } from '@datahub/core/bucket/column'
import { secretField } from '@datahub/core/secret-field'
import { z } from 'zod'
import type { SourceKind } from '../kind.ts'
import { reportFields } from '../report-fields.ts'
import { admit } from './admit.ts'
import { typeOfColumn } from './amazon-ads-columns.ts'
import { openReportApi } from './report-api-source.ts'
import { AccountColumn, Accounts, deadlineMinutes, type ReportApiConnection, type ReportApiReport } from './settings.ts'
import { UrlText } from './urls.ts'

/**
 * Amazon Ads reporting, version 3, as its public documentation describes it: a report API whose answers are known, so that
 * a person only names region, profiles and columns.
 */

const REGIONS = {
  NA: { baseUrl: 'https://advertising-api.amazon.com', tokenUrl: 'https://api.amazon.com/auth/o2/token' },
  EU: { baseUrl: 'https://advertising-api-eu.amazon.com', tokenUrl: 'https://api.amazon.co.uk/auth/o2/token' },
  FE: { baseUrl: 'https://advertising-api-fe.amazon.com', tokenUrl: 'https://api.amazon.co.jp/auth/o2/token' },
} as const

/** How long Amazon keeps the reports of each product. */
const PRODUCTS = {
  'sponsored-products': { adProduct: 'SPONSORED_PRODUCTS', retentionDays: 95 },
  'sponsored-brands': { adProduct: 'SPONSORED_BRANDS', retentionDays: 60 },
  'sponsored-display': { adProduct: 'SPONSORED_DISPLAY', retentionDays: 65 },
} as const

const MOST_DAYS = 31
/** Conversions of 14 days are restated up to 28 days after them. */
const RESTATED_DAYS = 42

const CREATE_TYPE = 'application/vnd.createasyncreportrequest.v3+json'

/** What decides which rows a report has. */
const SAME = ['startDate', 'endDate'].concat(
  ['adProduct', 'reportTypeId', 'timeUnit', 'groupBy', 'columns', 'filters'].map((name) => `configuration.${name}`),
)

const AmazonAdsConnection = z.strictObject({
  region: z.enum(['NA', 'EU', 'FE']).meta({ description: 'Where the profiles are: North America, Europe, Far East' }),
  clientId: z.string().min(1).max(500).meta({ description: 'Of the Login with Amazon application' }),
  clientSecret: secretField('Secret of the Login with Amazon application'),
  refreshToken: secretField('Refresh token of the user who granted access'),
  profiles: Accounts.meta({ description: 'Profiles: `id`, and `timeZone`, in which the profile counts its days' }),
  profileColumn: AccountColumn.default('profile_id').meta({
    description: 'The first column, with the id of the profile',
  }),
  deadlineMinutes,
  pollEverySeconds: z.number().min(0.05).max(3600).default(60).meta({ description: 'Amazon may take three hours' }),
  apiUrl: UrlText.optional().meta({ description: 'Instead of the address of the region' }),
  tokenUrl: UrlText.optional().meta({ description: 'Instead of the token address of the region' }),
})

/** Which columns say of which days a row is, and which of them Amazon refuses. */
const DAYS_OF = {
  DAILY: { needed: ['date'], others: ['startDate', 'endDate'] },
  SUMMARY: { needed: ['startDate', 'endDate'], others: ['date'] },
} as const

const ColumnName = z.string().regex(/^\w{1,100}$/, 'is not the name of a column of Amazon')

const AmazonAdsReport = z
  .strictObject({
    table: reportFields.table,
    product: z.enum(['sponsored-products', 'sponsored-brands', 'sponsored-display']),
    reportType: z.string().regex(/^[a-z][A-Za-z]{2,60}$/, 'must be a reportTypeId such as spCampaigns'),
    timeUnit: z
      .enum(['DAILY', 'SUMMARY'])
      .default('DAILY')
      .meta({ description: 'DAILY: rows of each day. SUMMARY: sums over the whole range, of at most 31 days' }),
    groupBy: z.array(z.string().min(1).max(100)).min(1).max(10),
    columns: z
      .array(ColumnName)
      .min(1)
      .max(300)
      .refine((names) => new Set(names).size === names.length, 'names a column twice'),
    types: z
      .record(ColumnName, Column.shape.type.exclude(['bytes', 'time']))
      .default({})
      .meta({ description: 'Types of columns that are not what their name suggests' }),
    filters: z.array(z.strictObject({ field: z.string().max(100), values: z.array(z.string().max(200)) })).optional(),
    primaryKey: reportFields.primaryKey,
  })
  .superRefine(({ columns, types, timeUnit }, context) => {
    const { needed, others } = DAYS_OF[timeUnit]
    const say = (message: string) => context.addIssue({ code: 'custom', path: ['columns'], message })
    for (const name of needed)
      if (!columns.includes(name)) say(`must contain ${name}: it says of which days a row of ${timeUnit} is`)
    for (const name of others)
      if (columns.includes(name)) say(`must not contain ${name}: Amazon has no such column in ${timeUnit}`)
    for (const name of Object.keys(types))
      if (!columns.includes(name))
        context.addIssue({ code: 'custom', path: ['types', name], message: 'is not among the columns' })
  })

type AmazonAdsConnection = z.output<typeof AmazonAdsConnection>
type AmazonAdsReport = z.output<typeof AmazonAdsReport>

export const amazonAds: SourceKind<AmazonAdsConnection, AmazonAdsReport> = {
  kind: 'amazon-ads',
  title: 'Amazon Ads reporting',
  connectionSchema: AmazonAdsConnection,
  reportSchema: AmazonAdsReport,
  secrets: ['clientSecret', 'refreshToken'],
  refreshDays: RESTATED_DAYS,
  admit: (connection, reports, world) => admit(connectionOf(connection), reports.map(reportOf), world),
  open: (connection, reports, world) =>
    openReportApi('amazon-ads', connectionOf(connection), reports.map(reportOf), world),
}

function connectionOf(connection: AmazonAdsConnection): ReportApiConnection {
  const { region, clientId, clientSecret, refreshToken, profiles, profileColumn } = connection
  const { baseUrl, tokenUrl } = REGIONS[region]
  return {
    baseUrl: connection.apiUrl ?? baseUrl,
    auth: { type: 'refresh-token', tokenUrl: connection.tokenUrl ?? tokenUrl, clientId },
    clientSecret,
    refreshToken,
    headers: { 'Amazon-Advertising-API-ClientId': clientId, 'Amazon-Advertising-API-Scope': '{account}' },
    timeZone: 'UTC',
    accounts: profiles,
    accountColumn: profileColumn,
    test: { method: 'GET', path: '/v2/profiles', headers: {}, accounts: { id: 'profileId', timeZone: 'timezone' } },
    create: {
      method: 'POST',
      path: '/reporting/reports',
      headers: { 'Content-Type': CREATE_TYPE },
      body: {
        name: 'Data Hub {table} {from} {to}',
        startDate: '{from}',
        endDate: '{to}',
        configuration: '{parameter.configuration}',
      },
      reportId: 'reportId',
      duplicate: { status: 425, reportId: 'detail', after: 'duplicate of :', same: SAME },
    },
    poll: {
      method: 'GET',
      path: '/reporting/reports/{reportId}',
      headers: { 'Content-Type': CREATE_TYPE },
      state: 'status',
      pending: ['PENDING', 'PROCESSING'],
      ready: ['COMPLETED'],
      failed: ['FAILED'],
      empty: [],
      url: 'url',
      everySeconds: connection.pollEverySeconds,
    },
    download: { headers: {}, urlNeedsAuth: false, format: 'json' },
    grain: 'day',
    maxDays: MOST_DAYS,
    requestsPerMinute: 60,
    deadlineMinutes: connection.deadlineMinutes,
  }
}

function reportOf({
  table,
  product,
  reportType,
  timeUnit,
  groupBy,
  columns,
  types,
  filters,
  primaryKey,
}: AmazonAdsReport): ReportApiReport {
  const { adProduct, retentionDays } = PRODUCTS[product]
  const configuration = {
    adProduct,
    groupBy,
    columns,
    reportTypeId: reportType,
    timeUnit,
    format: 'GZIP_JSON',
    ...(filters ? { filters } : {}),
  }
  return {
    table,
    dateColumn: DAYS_OF[timeUnit].needed[0],
    primaryKey,
    parameters: { configuration },
    columns: columns.map((name) => ({ name, type: types[name] ?? typeOfColumn(name), nullable: true })),
    retentionDays,
    longRanges: timeUnit === 'DAILY' ? 'parts' : 'refused',
  }
}
