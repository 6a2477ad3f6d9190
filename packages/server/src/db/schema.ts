import type { Role } from '@datahub/core/access/role'
import type { AlertFacts, AlertKind, AlertNotice, AlertTopic } from '@datahub/core/alert/alert'
import type { AlertChannelKind, Language } from '@datahub/core/alert/channel-kinds'
import type { Column } from '@datahub/core/bucket/column'
import type { SyncLogRow } from '@datahub/core/bucket/sync-log'
import type { CheckStep } from '@datahub/core/check/check-step'
import type { Capabilities } from '@datahub/core/destination/capabilities'
import type { ErrorCode } from '@datahub/core/error/codes'
import type { LogLevel } from '@datahub/core/execution/log-level'
import type { Status } from '@datahub/core/execution/status'
import type { SchemaChange, SchemaPolicy } from '@datahub/core/source/schema-change'
import type { BackfillOnly } from '@datahub/core/task/backfill'
import type { Chunk } from '@datahub/core/task/chunks'
import type { OneTime } from '@datahub/core/task/definition'
import type { Schedule } from '@datahub/core/task/schedule'
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

/** The tables as the stores see them; `migrations/` is what made them. Ids and counts are numbers, instants are Dates. */

/** Set by the database when left out, and changeable. */
type Instant = ColumnType<Date, Date | undefined, Date>
type Id = Generated<number>

/** What is kept of an error: our own words only. */
export interface FailureRecord {
  readonly code: ErrorCode
  readonly message: string
  readonly cure: string
  readonly facts: Readonly<Record<string, string | number>>
}

/** Why a task has paused by itself. */
export interface PauseReason {
  /** Scheduled executions in a row that failed. */
  readonly failures: number
  readonly firstExecutionId: number
  readonly lastExecutionId: number
  readonly code: ErrorCode
  readonly message: string
  readonly cure: string
  /** ISO 8601 */
  readonly at: string
}

export interface Progress {
  readonly step: string
  readonly rows: number
  readonly sizeBytes: number
}

export type Trigger = 'schedule' | 'manual' | 'one-time' | 'backfill' | 'retry' | 'refresh'

/** Who has tried a connection; `delivery`: nobody did, but a delivery went through. */
export interface Tester {
  readonly kind: 'user' | 'token' | 'setup-link' | 'nobody' | 'hub' | 'delivery'
  readonly name: string
}

export type BackfillState = 'running' | 'paused' | 'cancelled' | 'finished'

interface HubTable {
  id: Generated<boolean>
  instance_id: string
  key_canary: string | null
  /** Ids of keys that were lost: what they have sealed is missed no more. */
  lost_keys: ColumnType<string[], string | undefined, string>
  /** When the first administrator was created; from then on there is no set-up. */
  set_up_at: Date | null
  setup_hash: Buffer | null
  setup_expires_at: Date | null
  /** The highest turn of an execution that a worker has taken. */
  turn: Generated<number>
}

interface WorkspaceTable {
  id: Id
  name: string
  /** How many of its executions may be worked on at a time; null: as many as there are slots. */
  parallel: number | null
  created_at: Instant
}

/** Written by the library that knows about passwords and sessions (access/accounts.ts), read by our stores. */
interface UserTable {
  id: Id
  email: string
  name: string
  email_verified: Generated<boolean>
  /** What the identity provider said at the last sign-in. */
  oidc_role: string | null
  disabled_at: Date | null
  created_at: Instant
  updated_at: Instant
}

interface UserSessionTable {
  id: Id
  user_id: number
  token: string
  ip_address: string | null
  user_agent: string | null
  expires_at: Date
  created_at: Instant
  updated_at: Instant
}

interface UserAccountTable {
  id: Id
  user_id: number
  provider_id: string
}

interface MemberTable {
  workspace_id: number
  user_id: number
  role: Role
  /** The identity provider decides about it at every sign-in. */
  by_oidc: Generated<boolean>
  created_at: Instant
}

interface InvitationTable {
  hash: Buffer
  user_id: number
  expires_at: Date
  created_at: Instant
}

/** From where a user has signed in before. */
interface SignInAddressTable {
  user_id: number
  address: string
  at: Instant
}

interface AuditEntryTable {
  id: number
  workspace_id: number | null
  at: Date
  /** `hub`: it did so by itself. */
  actor_kind: 'user' | 'token' | 'nobody' | 'setup-link' | 'hub'
  actor_id: number
  actor_name: string
  address: string
  action: string
  subject: string
  outcome: string
  before: ColumnType<unknown, string | null, never>
  after: ColumnType<unknown, string | null, never>
  /** Of this row and the hash of the row before it. */
  hash: Buffer
}

interface SetupLinkTable {
  id: Id
  workspace_id: number
  destination: string
  preset: JSONColumnType<{
    bucket?: string | undefined
    region?: string | undefined
    prefix?: string | undefined
    endpoint?: string | undefined
    pathStyle?: boolean | undefined
  }>
  hash: Buffer
  created_at: Instant
  expires_at: Date
  used_at: Date | null
  revoked_at: Date | null
}

interface ThrottleTable {
  key: string
  spent: number
  admitted: boolean
  at: Date
}

interface TokenTable {
  id: Id
  workspace_id: number
  role: Role
  only_operations: string[] | null
  expires_at: Date | null
  name: string
  hash: Buffer
  hint: string
  created_at: Instant
  last_used_at: Date | null
  revoked_at: Date | null
}

interface SourceTable {
  id: Id
  workspace_id: number
  name: string
  kind: string
  connection: JSONColumnType<Record<string, unknown>>
  sealed: ColumnType<Record<string, string>, string | undefined, string>
  max_range_days: number
  reports: JSONColumnType<Record<string, unknown>[]>
  schema_changes: ColumnType<SchemaPolicy, SchemaPolicy | undefined, SchemaPolicy>
  /** Of kind, connection and reports: by it a connection test is known to be of these values. */
  fingerprint: string | null
  created_at: Instant
  updated_at: Instant
}

/** The columns of a report, a row per version; the highest is the present one. */
interface ReportSchemaTable {
  source_id: number
  table_name: string
  version: number
  columns: JSONColumnType<Column[]>
  /** What made this version of the one before. */
  changes: JSONColumnType<SchemaChange[]>
  execution_id: number | null
  changed_at: Instant
  /** The next delivery may bring whatever columns: somebody has accepted them, or changed the definition. */
  accepts_any: Generated<boolean>
  /** What the policy did not allow when a delivery last failed by it. */
  refused: JSONColumnType<SchemaChange[]> | null
  refused_at: Date | null
}

/** Of one grant: what was given by a person, and what has come in its place since. */
interface RefreshTokenTable {
  id: Id
  workspace_id: number
  /** A hash of what the person gave. */
  grant_id: string
  /** `token`, once the service has handed out another one. */
  sealed: ColumnType<Record<string, string>, string | undefined, string>
  /** Who shows it to the service at the moment, and until when that is believed. */
  held_by: string | null
  held_until: Date | null
  /** It was shown, and no answer of the service was kept since: it may have been exchanged for one that is lost. */
  unsettled_since: Date | null
  used_at: Instant
}

interface DestinationTable {
  id: Id
  workspace_id: number
  name: string
  kind: string
  settings: JSONColumnType<Record<string, unknown>>
  sealed: ColumnType<Record<string, string>, string | undefined, string>
  created_at: Instant
  updated_at: Instant
  /** What the storage was found to do; null: to be found out before the next write. */
  capabilities: JSONColumnType<Capabilities> | null
  /** Of kind and settings: by it a connection test is known to be of these values. */
  fingerprint: string | null
  /** When it is tested again by itself, unless a delivery has shown meanwhile that it works. */
  retest_at: Generated<Date>
}

/** The last test of each set of values that was tried under a name, saved or not. */
interface ConnectionTestTable {
  workspace_id: number
  noun: 'source' | 'destination'
  name: string
  fingerprint: string
  tested_at: Date
  actor_kind: Tester['kind']
  actor_name: string
  ok: boolean
  steps: JSONColumnType<CheckStep[]>
  /** In a row, with these values; 0: the last one passed. */
  failures: ColumnType<number, number | undefined, number>
}

interface OpenUploadTable {
  destination_id: number
  upload_id: string
  key: string
  begun_at: Instant
}

interface TaskTable {
  id: Id
  workspace_id: number
  name: string
  source_id: number
  destination_id: number
  reports: string[] | null
  schedule: JSONColumnType<Schedule> | null
  one_time: JSONColumnType<OneTime> | null
  time_zone: string
  paused: Generated<boolean>
  next_fire_at: Date | null
  /** Where it stood when it was paused. */
  paused_fire_at: Date | null
  /** Slots up to then are delivered whatever the schedule says of missed ones. */
  owed_until: Date | null
  /** How many of its periods were neither delivered nor under way when it was last looked at. */
  gaps: number | null
  gaps_checked_at: Date | null
  /** Changes of the source up to then are delivered; null: nobody has asked it yet. */
  changes_since: Date | null
  changes_checked_at: Date | null
  /** After how many hopeless failures in a row it pauses by itself; 0: never; null: what the hub says. */
  pause_after_failures: number | null
  /** How long after its time a delivery is late; 0: never; null: what the hub says. */
  late_after_minutes: number | null
  /** Null: it is not paused, or somebody has paused it. */
  pause_reason: JSONColumnType<PauseReason> | null
  /** Failures before that are forgiven. */
  resumed_at: Date | null
  created_at: Instant
  updated_at: Instant
}

/** How the newest execution of a task that is over ended; a trigger keeps it (070-outcomes). */
interface TaskOutcomeTable {
  task_id: number
  execution_id: number
  failing_since: Date | null
}

interface ExecutionTable {
  id: Id
  workspace_id: number
  task_id: number
  /** Where it delivers; null: elsewhere than its task, before it was written down. */
  destination_id: number | null
  request_id: Generated<string>
  trigger: Trigger
  /** Executions of one lane are worked on one at a time, in the order of their ids. */
  lane: string
  /** Lower ones are worked on first (docs/decisions/011-fair-turns.md). */
  turn: Generated<number>
  backfill_id: number | null
  slot_at: Date | null
  range_from: Date
  range_to: Date
  time_zone: string
  data_source: string
  package_day: string
  status: Generated<Status>
  attempt: Generated<number>
  triggered_at: Instant
  started_at: Date | null
  ended_at: Date | null
  send_started_at: Date | null
  retry_at: Date | null
  /** Rises whenever somebody takes the execution or lets go of it: writes of whoever held it before have no effect. */
  fence: Generated<number>
  /** When its reports are asked after again, while the source produces them and no worker holds it. */
  poll_at: Date | null
  /** What the source gave us to come back for the reports, sealed. */
  reference: string | null
  cancel_requested_at: Date | null
  /** When its package was about to become visible: from then on it is too late to cancel. */
  announced_at: Date | null
  snapshot_at: Date | null
  size_bytes: number | null
  sha256: string | null
  supersedes: Generated<number[]>
  progress: JSONColumnType<Progress> | null
  failure: JSONColumnType<FailureRecord> | null
  /** The sync log's `wanted` as of the last change of this row. */
  log_wanted: Generated<number>
}

interface BackfillTable {
  id: Id
  workspace_id: number
  task_id: number
  trigger: Trigger
  from_on: string
  to_on: string
  time_zone: string
  chunk: Chunk
  only_states: BackfillOnly
  newest_first: boolean
  parallel: number
  state: BackfillState
  created_at: Instant
  ended_at: Date | null
}

interface BackfillRangeTable {
  backfill_id: number
  position: number
  range_from: Date
  range_to: Date
  /** The execution that delivers it; null until its turn comes. */
  execution_id: number | null
}

interface ExecutionFileTable {
  execution_id: number
  position: number
  table_name: string
  file_name: string
  rows: number
  size_bytes: number
  sha256: string
  columns: JSONColumnType<Column[]>
  primary_key: string[] | null
  date_column: string | null
  schema_version: number | null
}

interface ExecutionAttemptTable {
  execution_id: number
  attempt: number
  worker: string
  started_at: Instant
  ended_at: Date | null
  failure: JSONColumnType<FailureRecord> | null
}

interface ExecutionEventTable {
  id: Id
  execution_id: number
  attempt: number
  at: Instant
  step: string
  message: string
  level: LogLevel
}

interface AlertChannelTable {
  id: Id
  workspace_id: number
  name: string
  kind: AlertChannelKind
  settings: JSONColumnType<Record<string, unknown>>
  sealed: ColumnType<Record<string, string>, string | undefined, string>
  language: Language
  alerts: AlertTopic[]
  /** Names of tasks, with * for any text; null: all. */
  tasks: string[] | null
  enabled: boolean
  created_at: Instant
  updated_at: Instant
}

/** One while its cause lasts. */
interface AlertTable {
  id: Id
  workspace_id: number
  kind: AlertKind
  /** The root cause, as a key. */
  cause: string
  facts: JSONColumnType<AlertFacts>
  /** When it began, which is before it was noticed. */
  since: Date
  raised_at: Instant
  /** When it was last written about. */
  told_at: Instant
  resolved_at: Date | null
  /** `over`: what it was about is gone, or has another cause now. */
  resolution: 'recovered' | 'over' | null
}

/** What is to be sent, or was: a row per alert, event and channel. */
interface AlertMessageTable {
  sequence: Id
  /** What receivers know it by, however often it is sent. */
  id: Generated<string>
  channel_id: number
  alert_id: number
  notice: JSONColumnType<AlertNotice>
  state: Generated<'waiting' | 'sent' | 'dead'>
  attempts: Generated<number>
  created_at: Instant
  /** While it is being sent: when somebody else may try. */
  next_at: Instant
  ended_at: Date | null
  /** What the receiver said. */
  answer: string | null
  failure: JSONColumnType<FailureRecord> | null
}

interface ProcessTable {
  name: string
  version: string
  services: string[]
  slots: number
  started_at: Instant
  seen_at: Instant
  node: string
  time_zones: string
  clock_off_ms: number
  store: string | null
  store_off_ms: number | null
  free_bytes: number | null
}

interface CleaningTable {
  what: string
  looked_at: Instant
  removed_at: Instant | null
  removed: number
}

interface SyncLogTable {
  task_id: number
  wanted: Generated<number>
  published: Generated<number>
  version: string | null
  kept: JSONColumnType<SyncLogRow[]>
  lease_token: string | null
  lease_until: Date | null
  failure: JSONColumnType<FailureRecord> | null
  failures: Generated<number>
  retry_at: Date | null
  /** When the log in the bucket was last seen to be the one that was published. */
  verified_at: Date | null
}

export interface Schema {
  hub: HubTable
  workspace: WorkspaceTable
  user: UserTable
  user_session: UserSessionTable
  user_account: UserAccountTable
  member: MemberTable
  invitation: InvitationTable
  sign_in_address: SignInAddressTable
  throttle: ThrottleTable
  setup_link: SetupLinkTable
  audit_entry: AuditEntryTable
  token: TokenTable
  source: SourceTable
  report_schema: ReportSchemaTable
  refresh_token: RefreshTokenTable
  destination: DestinationTable
  open_upload: OpenUploadTable
  connection_test: ConnectionTestTable
  task: TaskTable
  task_outcome: TaskOutcomeTable
  execution: ExecutionTable
  backfill: BackfillTable
  backfill_range: BackfillRangeTable
  execution_file: ExecutionFileTable
  execution_attempt: ExecutionAttemptTable
  execution_event: ExecutionEventTable
  sync_log: SyncLogTable
  alert_channel: AlertChannelTable
  alert: AlertTable
  alert_message: AlertMessageTable
  process: ProcessTable
  cleaning: CleaningTable
}
