import { sql, type Kysely } from 'kysely'

/** Users with their accounts, sessions and memberships; the first administrator's code; throttles. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table "user" (
    id bigint generated always as identity primary key,
    email text not null unique,
    name text not null,
    email_verified boolean not null default false,
    image text,
    oidc_role text,
    disabled_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create table user_session (
    id bigint generated always as identity primary key,
    user_id bigint not null references "user" on delete cascade,
    token text not null unique,
    ip_address text,
    user_agent text,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create index user_session_of_user on user_session (user_id)`,
  `create table user_account (
    id bigint generated always as identity primary key,
    user_id bigint not null references "user" on delete cascade,
    account_id text not null,
    provider_id text not null,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamptz,
    refresh_token_expires_at timestamptz,
    scope text,
    password text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (provider_id, account_id)
  )`,
  `create index user_account_of_user on user_account (user_id)`,
  `create table user_verification (
    id bigint generated always as identity primary key,
    identifier text not null,
    value text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  `create index user_verification_of on user_verification (identifier)`,
  `create table member (
    workspace_id bigint not null references workspace on delete cascade,
    user_id bigint not null references "user" on delete cascade,
    role text not null check (role in ('viewer', 'operator', 'admin')),
    by_oidc boolean not null default false,
    created_at timestamptz not null default now(),
    primary key (workspace_id, user_id)
  )`,
  `create index member_of_user on member (user_id)`,
  `create table invitation (
    hash bytea primary key,
    user_id bigint not null references "user" on delete cascade,
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
  )`,
  `alter table hub add column set_up_at timestamptz, add column setup_hash bytea, add column setup_expires_at timestamptz`,
  `create table sign_in_address (
    user_id bigint not null references "user" on delete cascade,
    address text not null,
    at timestamptz not null default now(),
    primary key (user_id, address)
  )`,
  `create table throttle (
    key text primary key,
    spent double precision not null,
    admitted boolean not null,
    at timestamptz not null
  )`,
]
