import { sql, type Kysely } from 'kysely'

/** The processes of the hub, each with the last sign of life that it gave. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table process (
    name text primary key,
    version text not null,
    services text[] not null,
    slots integer not null,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now()
  )`.execute(db)
}
