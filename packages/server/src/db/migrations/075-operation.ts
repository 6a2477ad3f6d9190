import { sql, type Kysely } from 'kysely'

/** What processes tell of themselves beside being alive; what the cleaners have removed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  // Every process there is says it anew with its next sign of life
  `alter table process
    add column node text not null default '',
    add column time_zones text not null default '',
    add column clock_off_ms integer not null default 0,
    add column free_bytes bigint`,
  `create table cleaning (
    what text primary key,
    looked_at timestamptz not null default now(),
    removed_at timestamptz,
    removed bigint not null default 0
  )`,
]
