import type { Role } from '@datahub/core/access/role'
import type { SettingView } from '@datahub/core/api/operation-shapes'
import { invalid } from '@datahub/core/error/data-hub-error'
import { problemsOf } from '@datahub/core/error/field-problems'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { OidcSettings } from './access/oidc-settings.ts'
import type { AlertPolicy } from './alerts/watch.ts'
import { describeSettings, gather } from './config-origins.ts'
import { isWeakKey } from './foundation/key-files.ts'

/**
 * The only reader of the environment. Every variable, its meaning and its default stand here (docs/070-operate.md); each may
 * also be given as the path of a file, by the same name with `_FILE`.
 */

export const SERVICES = ['api', 'dispatcher', 'worker', 'rescuer', 'cleaner'] as const

export type ServiceName = (typeof SERVICES)[number]

const list = (separator: string | RegExp) =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(separator)
        .map((item) => item.trim())
        .filter(Boolean),
    )

const secretKey = z
  .string()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((key) => !isWeakKey(key), 'must be 32 random bytes in base64, as "openssl rand -base64 32" prints them')

const Environment = z.object({
  /** Any PostgreSQL from 13 on; without it the hub runs its own inside the data directory. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  /** Where the hub keeps its database, keys and staged packages. */
  DATAHUB_DATA_DIR: z.string().min(1).default('.datahub'),
  DATAHUB_HOST: z.string().min(1).default('127.0.0.1'),
  DATAHUB_PORT: z.coerce.number().int().min(0).max(65535).default(8420),
  /** Which services this process runs; all of them by default. */
  DATAHUB_SERVICES: list(',').pipe(z.array(z.enum(SERVICES))),
  /** Executions that one worker process works on at a time. */
  DATAHUB_WORKER_SLOTS: z.coerce.number().int().min(1).max(200).default(4),
  /** How long an execution is tried again after passing faults, before it fails. */
  DATAHUB_RETRY_HOURS: z.coerce.number().min(0).max(168).default(24),
  /** CIDRs of addresses that destinations may use although they are loopback, link-local or the like. */
  DATAHUB_EGRESS_ALLOW: list(/[,\s]+/),
  /** Folders, separated by ":", from which files may be read and into which filesystem destinations may write. */
  DATAHUB_FOLDERS_ALLOW: list(':'),
  /** The key that seals secrets: 32 bytes in base64. Without it a key file is made in the data directory. */
  DATAHUB_SECRET_KEY: secretKey.optional(),
  /** Keys that have sealed secrets before: they open, until "datahub key rotate" has sealed everything anew. */
  DATAHUB_SECRET_KEY_OLD: list(',').pipe(z.array(secretKey)),
  /** Starts although the key that sealed the stored secrets is lost: a new one is taken, and each secret has to be entered again. */
  DATAHUB_KEY_LOST: z.enum(['true', 'false']).default('false'),
  /** Where people find the hub, such as https://hub.example.com; what cookies and the identity provider go by. */
  DATAHUB_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address such as https://hub.example.com' })
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  /** "allow" lets people sign in without encryption from other machines. */
  DATAHUB_PLAIN_HTTP: z.enum(['allow', 'refuse']).default('refuse'),
  /** How many proxies of yours stand before the hub; so many addresses at the end of X-Forwarded-For are believed. */
  DATAHUB_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** Requests that one caller may make a minute, and at once. */
  DATAHUB_REQUESTS_PER_MINUTE: z.coerce.number().int().min(10).max(1_000_000).default(3000),
  /** An OpenID Connect provider to sign in with. */
  DATAHUB_OIDC_ISSUER: z.url({ protocol: /^https?$/, error: 'must be the address of the provider' }).optional(),
  /** What the button says. */
  DATAHUB_OIDC_NAME: z.string().min(1).default('Single sign-on'),
  DATAHUB_OIDC_CLIENT_ID: z.string().min(1).optional(),
  DATAHUB_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** "trusted": the provider vouches for every e-mail address, although it does not say that it is verified. */
  DATAHUB_OIDC_EMAIL: z.enum(['verified', 'trusted']).default('verified'),
  /** The claim that names the role in the first workspace. */
  DATAHUB_OIDC_ROLE_CLAIM: z.string().min(1).default('datahub_role'),
  /** Which values of the claim mean which role: "hub-admins=admin, analysts=viewer". */
  DATAHUB_OIDC_ROLES: list(',').pipe(
    z.array(z.string().regex(/^[^=]+=(viewer|operator|admin)$/, 'must read value=role')),
  ),
  /** Hopeless failures in a row after which a task pauses by itself, where it says nothing of its own; 0: never. */
  DATAHUB_PAUSE_AFTER_FAILURES: z.coerce.number().int().min(0).max(100).default(5),
  /** Minutes after its time at which a delivery is late, where its task says nothing of its own; 0: never. */
  DATAHUB_LATE_AFTER_MINUTES: z.coerce.number().int().min(0).max(44_640).default(120),
  /** How often the hub looks whether there is something to alert people of. */
  DATAHUB_ALERT_SECONDS: z.coerce.number().min(0.1).max(3600).default(10),
  /** Where Prometheus finds /metrics, without a token; off when absent. 0 takes any free port. */
  DATAHUB_METRICS_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  DATAHUB_METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  /** How many tasks that are behind the metrics list one by one. */
  DATAHUB_METRICS_TASKS: z.coerce.number().int().min(0).max(10_000).default(100),
  DATAHUB_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

export interface Config {
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  readonly host: string
  readonly port: number
  readonly services: readonly ServiceName[]
  readonly workerSlots: number
  readonly retryHorizonMs: number
  readonly egressAllow: readonly string[]
  readonly foldersAllow: readonly string[]
  readonly secretKey: Buffer | undefined
  readonly oldSecretKeys: readonly Buffer[]
  readonly keyLost: boolean
  readonly publicUrl: string | undefined
  /** Whether signing in is safe: by https, on this machine, or because somebody said so. */
  readonly isSafe: boolean
  readonly proxies: number
  readonly requestsPerMinute: number
  readonly oidc: OidcSettings | undefined
  readonly alerts: AlertPolicy
  readonly alertEveryMs: number
  /** Undefined: no metrics are served. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined
  readonly metricsTasks: number
  readonly logLevel: string
  /** All of these as they may be shown, with their origin. */
  readonly settings: readonly SettingView[]
}

const NAMES = Object.keys(Environment.shape)

/**
 * Reads and checks the whole environment at once. Throws `request.invalid` that names every wrong variable. `byOption`:
 * names of the variables that options of the command line stand for.
 */
export function readConfig(environment: NodeJS.ProcessEnv, byOption: ReadonlySet<string> = new Set()): Config {
  const given = gather(NAMES, environment)
  const result = Environment.safeParse(given.values)
  if (!result.success) {
    const cure = 'Correct or unset the environment variable, or the option that stands for it.'
    throw invalid(
      'start with these settings',
      problemsOf(result.error).map((problem) => ({ ...problem, field: problem.field.replace(/\[.*/, ''), cure })),
    )
  }
  const env = result.data
  return {
    databaseUrl: env.DATABASE_URL,
    dataDir: resolve(env.DATAHUB_DATA_DIR),
    host: env.DATAHUB_HOST,
    port: env.DATAHUB_PORT,
    services: env.DATAHUB_SERVICES.length > 0 ? env.DATAHUB_SERVICES : SERVICES,
    workerSlots: env.DATAHUB_WORKER_SLOTS,
    retryHorizonMs: env.DATAHUB_RETRY_HOURS * 3_600_000,
    egressAllow: env.DATAHUB_EGRESS_ALLOW,
    foldersAllow: env.DATAHUB_FOLDERS_ALLOW.map((folder) => resolve(folder)),
    secretKey: env.DATAHUB_SECRET_KEY,
    oldSecretKeys: env.DATAHUB_SECRET_KEY_OLD,
    keyLost: env.DATAHUB_KEY_LOST === 'true',
    publicUrl: env.DATAHUB_PUBLIC_URL,
    isSafe:
      env.DATAHUB_PLAIN_HTTP === 'allow' ||
      (env.DATAHUB_PUBLIC_URL ? isSafeUrl(env.DATAHUB_PUBLIC_URL) : isLoopback(env.DATAHUB_HOST)),
    proxies: env.DATAHUB_PROXIES,
    requestsPerMinute: env.DATAHUB_REQUESTS_PER_MINUTE,
    oidc: oidcOf(env),
    alerts: {
      pauseAfterFailures: env.DATAHUB_PAUSE_AFTER_FAILURES,
      lateAfterMinutes: env.DATAHUB_LATE_AFTER_MINUTES,
    },
    alertEveryMs: env.DATAHUB_ALERT_SECONDS * 1000,
    metrics:
      env.DATAHUB_METRICS_PORT === undefined
        ? undefined
        : { host: env.DATAHUB_METRICS_HOST, port: env.DATAHUB_METRICS_PORT },
    metricsTasks: env.DATAHUB_METRICS_TASKS,
    logLevel: env.DATAHUB_LOG_LEVEL,
    settings: describeSettings(Environment.parse({}), NAMES, given, byOption),
  }
}

function isSafeUrl(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || isLoopback(hostname)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function oidcOf(env: z.output<typeof Environment>): OidcSettings | undefined {
  const { DATAHUB_OIDC_ISSUER: issuer, DATAHUB_OIDC_CLIENT_ID: clientId, DATAHUB_OIDC_CLIENT_SECRET: secret } = env
  if (!issuer) return undefined
  if (!clientId || !secret)
    throw invalid('start with these settings', [
      {
        field: clientId ? 'DATAHUB_OIDC_CLIENT_SECRET' : 'DATAHUB_OIDC_CLIENT_ID',
        problem: 'is missing',
        cure: 'Set it as the provider has issued it, or unset DATAHUB_OIDC_ISSUER.',
      },
    ])
  const roles = env.DATAHUB_OIDC_ROLES.map((pair) => pair.split('=') as [string, Role])
  return {
    name: env.DATAHUB_OIDC_NAME,
    issuer,
    clientId,
    clientSecret: secret,
    trustsEmail: env.DATAHUB_OIDC_EMAIL === 'trusted',
    roleClaim: env.DATAHUB_OIDC_ROLE_CLAIM,
    roles: Object.fromEntries(roles),
  }
}
