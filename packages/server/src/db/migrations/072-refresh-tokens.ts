import { sql, type Kysely } from 'kysely'

/** Refresh tokens that services have handed out in place of those that people gave. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table refresh_token (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace on delete cascade,
    grant_id text not null,
    sealed jsonb not null default '{}',
    held_by uuid,
    held_until timestamptz,
    unsettled_since timestamptz,
    used_at timestamptz not null default now(),
    unique (workspace_id, grant_id)
  )`.execute(db)
}
