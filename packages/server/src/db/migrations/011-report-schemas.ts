import { sql, type Kysely } from 'kysely'

/** The columns of each report over time, and what a source does when they change. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `alter table source add column schema_changes text not null default 'allow-additions'`,
  `create table report_schema (
    source_id bigint not null references source on delete cascade,
    table_name text not null,
    version integer not null check (version > 0),
    columns jsonb not null,
    changes jsonb not null default '[]',
    execution_id bigint references execution on delete set null,
    changed_at timestamptz not null default now(),
    accepts_any boolean not null default false,
    refused jsonb,
    refused_at timestamptz,
    primary key (source_id, table_name, version)
  )`,
  `alter table execution_file add column schema_version integer`,
]
