import { sql, type Kysely } from 'kysely'

/** Sources, destinations, tasks; executions with their attempts, files and events; the sync log's state; tokens. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table hub (
    id boolean primary key default true check (id),
    instance_id uuid not null default gen_random_uuid(),
    created_at timestamptz not null default now()
  )`,
  `insert into hub default values`,
  `create table token (
    id bigint generated always as identity primary key,
    name text not null,
    hash bytea not null unique,
    hint text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz
  )`,
  `create table source (
    id bigint generated always as identity primary key,
    name text not null unique,
    kind text not null,
    connection jsonb not null,
    sealed jsonb not null default '{}',
    max_range_days integer not null,
    reports jsonb not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create table destination (
    id bigint generated always as identity primary key,
    name text not null unique,
    kind text not null,
    settings jsonb not null,
    sealed jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create table task (
    id bigint generated always as identity primary key,
    name text not null unique,
    source_id bigint not null references source,
    destination_id bigint not null references destination,
    reports text[],
    schedule jsonb,
    one_time jsonb,
    time_zone text not null,
    paused boolean not null default false,
    next_fire_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check ((schedule is null) <> (one_time is null))
  )`,
  `create index task_due on task (next_fire_at) where not paused and next_fire_at is not null`,
  `create table execution (
    id bigint generated always as identity primary key,
    task_id bigint not null references task,
    request_id uuid not null unique default gen_random_uuid(),
    trigger text not null,
    slot_at timestamptz,
    range_from timestamptz not null,
    range_to timestamptz not null check (range_to > range_from),
    time_zone text not null,
    data_source text not null,
    package_day text not null,
    status smallint not null default 0 check (status between 0 and 8),
    attempt integer not null default 0,
    triggered_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz,
    send_started_at timestamptz,
    retry_at timestamptz,
    cancel_requested_at timestamptz,
    snapshot_at timestamptz,
    size_bytes bigint,
    sha256 text,
    supersedes bigint[] not null default '{}',
    progress jsonb,
    failure jsonb,
    log_wanted bigint not null default 0,
    unique (task_id, slot_at)
  )`,
  `create index execution_of_task on execution (task_id, id desc)`,
  `create index execution_open on execution (id) where status in (0, 1, 2, 4)`,
  `create table execution_file (
    execution_id bigint not null references execution on delete cascade,
    position integer not null,
    table_name text not null,
    file_name text not null,
    rows bigint not null,
    size_bytes bigint not null,
    sha256 text not null,
    columns jsonb not null,
    primary_key text[],
    date_column text,
    primary key (execution_id, table_name)
  )`,
  `create table execution_attempt (
    execution_id bigint not null references execution on delete cascade,
    attempt integer not null,
    worker text not null,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    failure jsonb,
    primary key (execution_id, attempt)
  )`,
  `create table execution_event (
    id bigint generated always as identity primary key,
    execution_id bigint not null references execution on delete cascade,
    attempt integer not null,
    at timestamptz not null default now(),
    step text not null,
    message text not null
  )`,
  `create index execution_event_of_execution on execution_event (execution_id, id)`,
  `create table sync_log (
    task_id bigint primary key references task on delete cascade,
    wanted bigint not null default 0,
    published bigint not null default 0,
    version text,
    kept jsonb not null default '[]',
    lease_token uuid,
    lease_until timestamptz,
    failure jsonb,
    failures integer not null default 0,
    retry_at timestamptz
  )`,
  `create index sync_log_behind on sync_log (task_id) where published < wanted`,
]
