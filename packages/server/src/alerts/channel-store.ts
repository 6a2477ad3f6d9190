import type { AlertTopic } from '@datahub/core/alert/alert'
import type { AlertChannelKind, Language } from '@datahub/core/alert/channel-kinds'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { FailureRecord, Schema } from '../db/schema.ts'
import { isWithin, type Scope, type Within } from '../db/scope.ts'

export type ChannelRow = Selectable<Schema['alert_channel']>

export interface ChannelValues {
  readonly name: string
  readonly kind: AlertChannelKind
  readonly settings: Readonly<Record<string, unknown>>
  readonly language: Language
  readonly alerts: readonly AlertTopic[]
  readonly tasks: readonly string[] | null
  readonly enabled: boolean
}

/** How sending there goes. */
export interface ChannelStanding {
  readonly lastSentAt: Date | null
  readonly waiting: number
  readonly dead: number
  readonly failure: FailureRecord | null
}

export type ListedChannel = ChannelRow & ChannelStanding

export async function listChannels(db: Connection, scope: Scope, name?: string): Promise<ListedChannel[]> {
  const { rows } = await sql<ListedChannel>`
    select channel.*, standing.*, (
        select failure from alert_message where channel_id = channel.id and attempts > 0 order by sequence desc limit 1
      ) as failure
    from alert_channel channel cross join lateral (
      select max(ended_at) filter (where state = 'sent') as "lastSentAt",
        count(*) filter (where state = 'waiting')::int as waiting, count(*) filter (where state = 'dead')::int as dead
      from alert_message where channel_id = channel.id
    ) standing
    where ${isWithin(scope, 'channel')} and ${name === undefined ? sql`true` : sql`channel.name = ${name}`}
    order by channel.name`.execute(db)
  return rows
}

/** By name only within a workspace: elsewhere the same name is another channel. */
export async function findChannel(
  db: Connection,
  within: Within,
  key: { name: string } | { id: number },
): Promise<ChannelRow | undefined> {
  const query = db.selectFrom('alert_channel').selectAll().where(isWithin(within, 'alert_channel'))
  return ('id' in key ? query.where('id', '=', key.id) : query.where('name', '=', key.name)).executeTakeFirst()
}

export async function insertChannel(db: Connection, scope: Scope, values: ChannelValues): Promise<number> {
  const { id } = await db
    .insertInto('alert_channel')
    .values({ workspace_id: scope.workspaceId, ...columnsOf(values) })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function updateChannel(db: Connection, id: number, values: ChannelValues): Promise<void> {
  await db
    .updateTable('alert_channel')
    .set({ ...columnsOf(values), updated_at: sql`now()` })
    .where('id', '=', id)
    .execute()
}

/** Apart from the other columns, because a secret is sealed against the id of its row. */
export async function setChannelSecrets(
  db: Connection,
  id: number,
  sealed: Readonly<Record<string, string>>,
): Promise<void> {
  await db
    .updateTable('alert_channel')
    .set({ sealed: JSON.stringify(sealed) })
    .where('id', '=', id)
    .execute()
}

/** With what was still to be sent there. */
export async function deleteChannel(db: Connection, id: number): Promise<void> {
  await db.deleteFrom('alert_channel').where('id', '=', id).execute()
}

/** Until the transaction ends: two who rotate its secret at once do so one after the other. */
export async function lockChannel(db: Connection, id: number): Promise<void> {
  await db.selectFrom('alert_channel').select('id').where('id', '=', id).forUpdate().execute()
}

function columnsOf({ name, kind, settings, language, alerts, tasks, enabled }: ChannelValues) {
  return {
    name,
    kind,
    language,
    enabled,
    alerts: [...alerts],
    tasks: tasks && [...tasks],
    settings: JSON.stringify(settings),
  }
}
