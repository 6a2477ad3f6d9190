import { sql, type Kysely } from 'kysely'

/** What is remembered of each storage: what it can do, the uploads left open in it, and when its sync logs were looked at. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `alter table destination add column capabilities jsonb`,
  `create table open_upload (
    destination_id bigint not null references destination on delete cascade,
    upload_id text not null,
    key text not null,
    begun_at timestamptz not null default now(),
    primary key (destination_id, upload_id)
  )`,
  `alter table sync_log add column verified_at timestamptz`,
]
