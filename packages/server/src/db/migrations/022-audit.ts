import { sql, type Kysely } from 'kysely'

/** The audit log: rows are only ever added, and each holds the hash of the one before it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table audit_entry (
    id bigint primary key,
    workspace_id bigint,
    at timestamptz not null,
    actor_kind text not null,
    actor_id bigint not null,
    actor_name text not null,
    address text not null,
    action text not null,
    subject text not null,
    outcome text not null,
    before json,
    after json,
    hash bytea not null
  )`,
  `create index audit_of_workspace on audit_entry (workspace_id, id desc)`,
  `create function audit_is_append_only() returns trigger language plpgsql as $$
    begin raise exception 'the audit log is append-only'; end $$`,
  `create trigger audit_is_append_only before update or delete or truncate on audit_entry
    for each statement execute function audit_is_append_only()`,
]
