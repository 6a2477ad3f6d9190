import { sql, type Kysely } from 'kysely'

/** Links with which somebody without an account defines one destination. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table setup_link (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace,
    destination text not null,
    preset jsonb not null,
    hash bytea not null unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz
  )`.execute(db)
}
