import { sql, type Kysely } from 'kysely'

/** The last connection test of what is saved, and of what somebody tried for it; when a destination is tested again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table source add column fingerprint text`.execute(db)
  await sql`alter table destination
    add column fingerprint text,
    add column retest_at timestamptz not null default now() + random() * interval '1 day'`.execute(db)
  await sql`create table connection_test (
    workspace_id bigint not null references workspace,
    noun text not null check (noun in ('source', 'destination')),
    name text not null,
    fingerprint text not null,
    tested_at timestamptz not null,
    actor_kind text not null,
    actor_name text not null,
    ok boolean not null,
    steps jsonb not null,
    primary key (workspace_id, noun, name, fingerprint)
  )`.execute(db)
}
