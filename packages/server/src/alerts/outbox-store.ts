import { isWanted, type AlertEvent, type AlertKind, type AlertNotice } from '@datahub/core/alert/alert'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { FailureRecord, Schema } from '../db/schema.ts'
import { isWithin, type Scope } from '../db/scope.ts'
import { readPage, type PageOf } from '../foundation/paging.ts'

export type MessageRow = Selectable<Schema['alert_message']>

/**
 * For every channel that wants to hear of it, in the transaction of what it is about. `noticeFor` gives what is sent to a
 * channel that is about these tasks only (null: about all); undefined: nothing of it concerns them. Answers how many hear of it.
 */
export async function addMessages(
  tx: Connection,
  scope: Scope,
  about: { readonly alertId: number; readonly kind: AlertKind; readonly event: AlertEvent },
  noticeFor: (tasks: readonly string[] | null) => AlertNotice | undefined,
): Promise<number> {
  const channels = await tx
    .selectFrom('alert_channel')
    .select(['id', 'alerts', 'tasks'])
    .where(isWithin(scope, 'alert_channel'))
    .where('enabled', '=', true)
    .orderBy('id')
    .execute()
  const values = channels.flatMap(({ id, alerts, tasks }) => {
    const notice = isWanted(alerts, about.kind, about.event) ? noticeFor(tasks) : undefined
    return notice ? [{ channel_id: id, alert_id: about.alertId, notice: JSON.stringify(notice) }] : []
  })
  if (values.length === 0) return 0
  await tx.insertInto('alert_message').values(values).execute()
  return values.length
}

export interface ClaimedMessage {
  readonly sequence: number
  readonly id: string
  readonly channelId: number
  readonly notice: AlertNotice
  readonly attempts: number
}

/**
 * The first message of each channel, where its time has come: those behind it wait, so that what is over is not told before
 * it began. For `leaseMs` nobody else takes it; whoever dies meanwhile has it sent again, by the same id.
 */
export async function claimMessages(db: Connection, limit: number, leaseMs: number): Promise<ClaimedMessage[]> {
  const { rows } = await sql<ClaimedMessage>`
    update alert_message set attempts = attempts + 1, next_at = now() + make_interval(secs => ${leaseMs / 1000})
    where sequence in (
      select sequence from alert_message message
      join alert_channel channel on channel.id = message.channel_id and channel.enabled
      where message.state = 'waiting' and message.next_at <= now() and not exists (
        select from alert_message earlier where earlier.channel_id = message.channel_id and earlier.state = 'waiting'
          and earlier.sequence < message.sequence
      )
      order by message.next_at limit ${limit} for update of message skip locked
    )
    returning sequence, id, channel_id as "channelId", notice, attempts`.execute(db)
  return rows.toSorted((a, b) => a.sequence - b.sequence)
}

export async function markSent(db: Connection, sequence: number, answer: string): Promise<void> {
  await db
    .updateTable('alert_message')
    .set({ state: 'sent', ended_at: sql`now()`, answer, failure: null })
    .where('sequence', '=', sequence)
    .where('state', '=', 'waiting')
    .execute()
}

/** To be tried again, unless it is too old for that: then it is given up, and stays to be seen. */
export async function markUnsent(
  db: Connection,
  sequence: number,
  failure: FailureRecord,
  delayMs: number,
  keptMs: number,
): Promise<void> {
  const isTooOld = sql<boolean>`created_at + make_interval(secs => ${keptMs / 1000}) <= now()`
  await db
    .updateTable('alert_message')
    .set({
      failure: JSON.stringify(failure),
      state: sql<'waiting' | 'dead'>`case when ${isTooOld} then 'dead' else 'waiting' end`,
      ended_at: sql<Date | null>`case when ${isTooOld} then now() end`,
      next_at: sql<Date>`now() + make_interval(secs => ${delayMs / 1000})`,
    })
    .where('sequence', '=', sequence)
    .where('state', '=', 'waiting')
    .execute()
}

/** Newest first. */
export async function listMessages(
  db: Connection,
  channelId: number,
  request: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<PageOf<MessageRow>> {
  return readPage<MessageRow>(
    request,
    (row) => [row.sequence],
    async (direction, from, _isIncluded, limit) => {
      let query = db.selectFrom('alert_message').selectAll().where('channel_id', '=', channelId)
      if (from) query = query.where('sequence', direction === 'next' ? '<' : '>', Number(from[0]))
      return query
        .orderBy('sequence', direction === 'next' ? 'desc' : 'asc')
        .limit(limit)
        .execute()
    },
  )
}
