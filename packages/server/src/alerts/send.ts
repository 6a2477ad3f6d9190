import type { AlertChannelKind } from '@datahub/core/alert/channel-kinds'
import { asDataHubError } from '@datahub/core/error/data-hub-error'
import { databaseNow, type Database } from '../db/database.ts'
import { EVERYWHERE } from '../db/scope.ts'
import { recordFailure } from '../executions/failure.ts'
import type { EgressPolicy } from '../foundation/egress.ts'
import type { Logger } from '../foundation/logger.ts'
import type { SecretBox } from '../foundation/secret-box.ts'
import { findChannel } from './channel-store.ts'
import { stored } from './channel-settings.ts'
import type { Message } from './channels/channel.ts'
import { sendBy } from './channels/index.ts'
import { claimMessages, markSent, markUnsent, type ClaimedMessage } from './outbox-store.ts'

const AT_ONCE = 10
const SEND_TIMEOUT_MS = 15_000
/** Longer than sending can take: whoever holds a message for so long has died. */
const LEASE_MS = 60_000
/** What nobody could be told for a day is given up. */
const KEPT_MS = 24 * 3_600_000
const FIRST_DELAY_MS = 5000
const LONGEST_DELAY_MS = 3_600_000

export interface SendWorld {
  readonly db: Database
  readonly box: SecretBox
  readonly egress: EgressPolicy
  readonly logger: Logger
}

/**
 * Sends what is waiting. A message is marked only after its receiver has taken it, so it arrives at least once; it keeps its
 * id, by which receivers tell. Answers how many were tried.
 */
export async function sendWaiting(world: SendWorld): Promise<number> {
  const claimed = await claimMessages(world.db, AT_ONCE, LEASE_MS)
  await Promise.all(claimed.map((message) => sendOne(world, message)))
  return claimed.length
}

/** One attempt, within its time. Throws `alert.*`. */
export async function trySending(
  kind: AlertChannelKind,
  settings: Readonly<Record<string, unknown>>,
  message: Message,
  egress: EgressPolicy,
): Promise<string> {
  return sendBy(kind, settings, message, { egress, signal: AbortSignal.timeout(SEND_TIMEOUT_MS) })
}

async function sendOne({ db, box, egress, logger }: SendWorld, claimed: ClaimedMessage): Promise<void> {
  const { sequence, id, channelId, notice, attempts } = claimed
  try {
    const channel = await findChannel(db, EVERYWHERE, { id: channelId })
    if (!channel) return
    const message = { id, notice, language: channel.language, at: await databaseNow(db) }
    const answer = await trySending(channel.kind, stored(channel, box), message, egress)
    await markSent(db, sequence, answer)
  } catch (error) {
    const known = asDataHubError(error, 'send the alert')
    logger.warn({ err: known, messageId: id, channelId, attempts }, 'an alert was not sent')
    await markUnsent(db, sequence, recordFailure(known), delayMs(attempts, known.retryAfterMs), KEPT_MS)
  }
}

/** From seconds to an hour, with jitter, and never sooner than the receiver asks for. */
function delayMs(attempts: number, retryAfterMs = 0): number {
  const ceilingMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1))
  return Math.max(retryAfterMs, ceilingMs * (0.5 + Math.random() / 2))
}
