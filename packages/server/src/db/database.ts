import { DataHubError } from '@datahub/core/error/data-hub-error'
import { Kysely, sql, type Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { migrations } from './migrations/index.ts'
import { JoiningDialect } from './one-transaction.ts'
import type { Schema } from './schema.ts'

export type Database = Kysely<Schema>
export type Connection = Database | Transaction<Schema>

const INT8 = 20
const INT8_ARRAY = 1016

/** One pool for all stores of a process. int8 arrives as a number: ids and byte counts stay far below 2^53, and more is refused. */
export function openDatabase(url: string, connections: number, onError: (error: unknown) => void): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: 'datahub',
    connectionTimeoutMillis: 15_000,
    // Compiling a query of ours takes longer than to run it: half a second where it runs for ten milliseconds
    options: '-c jit=off',
    types: { getTypeParser: typeParser },
  })
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process
  pool.on('error', onError)
  // One that breaks between two statements of a transaction tells its next statement; it too would end the process
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new Kysely<Schema>({ dialect: new JoiningDialect({ pool }) })
}

/** Throws `hub.config` when nobody answers, or not to this user. */
export async function assertReachable(db: Database): Promise<void> {
  await databaseNow(db).catch((cause: unknown) => {
    const code = (cause as { code?: unknown }).code
    const hint = 'Check host, port, user, password and database in DATABASE_URL, and that PostgreSQL is up.'
    throw new DataHubError('hub.config', 'reach the database', {
      cause,
      hint,
      facts: typeof code === 'string' ? { code } : {},
    })
  })
}

/** Brings the tables to this version; several processes may do it at once. */
export async function migrate(db: Database): Promise<void> {
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest()
  if (error !== undefined)
    throw new DataHubError('hub.config', 'bring the database to this version', {
      cause: error,
      hint: 'The database user must own its schema; PostgreSQL 13 or newer is needed.',
    })
}

/** The database's clock decides what is due. */
export async function databaseNow(db: Connection): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(db)
  return (rows[0] as { now: Date }).now
}

/** Who this hub is in every bucket it writes to; made with the database. */
export async function readInstanceId(db: Connection): Promise<string> {
  return (await db.selectFrom('hub').select('instance_id').executeTakeFirstOrThrow()).instance_id
}

/** Of the server, and the newest migration that it has seen. */
export async function readVersions(db: Connection): Promise<{ database: string; schema: string }> {
  const { rows } = await sql<{ database: string; schema: string }>`
    select current_setting('server_version') as database,
      (select name from kysely_migration order by timestamp desc, name desc limit 1) as schema`.execute(db)
  return rows[0] as { database: string; schema: string }
}

function typeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === INT8) return wholeNumber
  if (oid === INT8_ARRAY) {
    const parse = pg.types.getTypeParser(INT8_ARRAY as never, 'text') as (text: string) => string[]
    return (text) => parse(text).map(wholeNumber)
  }
  return pg.types.getTypeParser(oid, format) as (text: string) => unknown
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond the whole numbers of this program`)
  return value
}
