import { sql, type Kysely } from 'kysely'

/** Workspaces: who sees what. All that there is belongs to the first one, `default`. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const DEFINED = ['source', 'destination', 'task']

const STATEMENTS = [
  `create table workspace (
    id bigint generated always as identity primary key,
    name text not null unique,
    created_at timestamptz not null default now()
  )`,
  `insert into workspace (name) values ('default')`,
  ...[...DEFINED, 'token', 'execution', 'backfill'].flatMap((table) => [
    // The default fills the rows there are, without rewriting the table; nothing new gets it
    `alter table ${table} add column workspace_id bigint not null default 1 references workspace`,
    `alter table ${table} alter column workspace_id drop default`,
  ]),
  ...DEFINED.map(
    (table) =>
      `alter table ${table} drop constraint ${table}_name_key,
        add unique (workspace_id, name), add unique (workspace_id, id)`,
  ),
  // Nothing refers to a thing of another workspace
  `alter table task drop constraint task_source_id_fkey, drop constraint task_destination_id_fkey,
    add foreign key (workspace_id, source_id) references source (workspace_id, id),
    add foreign key (workspace_id, destination_id) references destination (workspace_id, id)`,
  `alter table execution drop constraint execution_task_id_fkey,
    add foreign key (workspace_id, task_id) references task (workspace_id, id)`,
  `alter table backfill drop constraint backfill_task_id_fkey, add unique (workspace_id, id),
    add foreign key (workspace_id, task_id) references task (workspace_id, id) on delete cascade`,
  `alter table execution drop constraint execution_backfill_id_fkey,
    add foreign key (workspace_id, backfill_id) references backfill (workspace_id, id)`,
  `create index execution_of_workspace on execution (workspace_id, id desc)`,
  `create index backfill_of_workspace on backfill (workspace_id, id desc)`,
  `alter table token
    add column role text not null default 'admin' check (role in ('viewer', 'operator', 'admin')),
    add column only_operations text[],
    add column expires_at timestamptz`,
  `alter table token alter column role drop default`,
]
