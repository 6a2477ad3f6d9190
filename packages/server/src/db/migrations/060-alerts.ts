import { sql, type Kysely } from 'kysely'

/** Alerts, where they are sent, and what is still to be sent; tasks that pause by themselves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table alert_channel (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace on delete cascade,
    name text not null,
    kind text not null,
    settings jsonb not null,
    sealed jsonb not null default '{}',
    language text not null,
    alerts text[] not null,
    enabled boolean not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (workspace_id, name)
  )`,
  `create table alert (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace on delete cascade,
    kind text not null,
    cause text not null,
    facts jsonb not null,
    since timestamptz not null,
    raised_at timestamptz not null default now(),
    told_at timestamptz not null default now(),
    resolved_at timestamptz,
    resolution text
  )`,
  // One alert while it lasts, whoever looks and however often
  `create unique index alert_open on alert (workspace_id, cause) where resolved_at is null`,
  `create index alert_of_workspace on alert (workspace_id, id)`,
  `create table alert_message (
    sequence bigint generated always as identity primary key,
    id uuid not null unique default gen_random_uuid(),
    channel_id bigint not null references alert_channel on delete cascade,
    alert_id bigint not null references alert on delete cascade,
    notice jsonb not null,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'dead')),
    attempts int not null default 0,
    created_at timestamptz not null default now(),
    next_at timestamptz not null default now(),
    ended_at timestamptz,
    answer text,
    failure jsonb
  )`,
  `create index alert_message_waiting on alert_message (channel_id, sequence) where state = 'waiting'`,
  `create index alert_message_of_channel on alert_message (channel_id, sequence)`,
  `create index alert_message_of_alert on alert_message (alert_id)`,
  `alter table task
    add column pause_after_failures int,
    add column late_after_minutes int,
    add column pause_reason jsonb,
    add column resumed_at timestamptz`,
]
