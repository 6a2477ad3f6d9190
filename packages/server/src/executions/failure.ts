import { codes } from '@datahub/core/error/codes'
import type { DataHubError } from '@datahub/core/error/data-hub-error'
import type { FailureRecord } from '../db/schema.ts'

/** How often, and how long, an execution is tried again. */
export interface RetryPolicy {
  /** From the first start of the execution, for faults that may last hours. */
  readonly horizonMs: number
  /** The same where a person asked for it and waits. */
  readonly manualHorizonMs: number
}

const TRIES_SOON = 3
const LONGEST_DELAY_MS = 5 * 60_000

/** What is kept of an error: our own words, never a vendor's object. */
export function recordFailure(error: DataHubError): FailureRecord {
  return { code: error.code, message: error.message, cure: error.hint, facts: error.facts }
}

/** The same of the last attempt: what its remedy promised of further ones is over. */
export function recordLastFailure(error: DataHubError): FailureRecord {
  return { ...recordFailure(error), cure: error.hintInTheEnd }
}

/** What the sync log says of it: short, and what helps the reader of the bucket. */
export function failureReason(failure: FailureRecord): string {
  const vendorCode = failure.facts['code'] ?? failure.facts['sqlState']
  return vendorCode === undefined ? failure.message : `${failure.message} (${vendorCode})`
}

/**
 * When to try again after `attempt` attempts; undefined: not any more. Delays grow from about a second to five minutes,
 * with full jitter so that what failed together does not come back together, and are never shorter than what the error
 * asks for. `random` is in [0, 1).
 */
export function nextRetryAt(
  error: DataHubError,
  attempt: number,
  trigger: string,
  firstStartAt: Date,
  now: Date,
  policy: RetryPolicy,
  random: number,
): Date | undefined {
  const { retry } = codes[error.code]
  if (retry === 'never' || (retry === 'soon' && attempt >= TRIES_SOON)) return undefined
  const ceilingMs = Math.min(LONGEST_DELAY_MS, 1000 * 2 ** attempt)
  const delayMs = Math.max(error.retryAfterMs ?? 0, 500) + random * ceilingMs
  const retryAt = new Date(now.getTime() + delayMs)
  // Whoever says when it will be different is believed, whoever waits and however long that is
  if (error.retryAfterMs !== undefined)
    return now.getTime() - firstStartAt.getTime() > policy.horizonMs ? undefined : retryAt
  return retryAt.getTime() - firstStartAt.getTime() > horizonMs(trigger, policy) ? undefined : retryAt
}

/** When no further attempt begins, at the latest. Nobody sits and waits for reports that take hours to produce. */
export function givenUpAt(
  execution: { readonly trigger: string; readonly reference: string | null; readonly retry_at: Date | null },
  firstStartAt: Date,
  policy: RetryPolicy,
): Date {
  const trigger = execution.reference === null ? execution.trigger : 'schedule'
  const lastMs = firstStartAt.getTime() + horizonMs(trigger, policy)
  return new Date(Math.max(lastMs, execution.retry_at?.getTime() ?? lastMs))
}

function horizonMs(trigger: string, policy: RetryPolicy): number {
  return trigger === 'manual' ? Math.min(policy.manualHorizonMs, policy.horizonMs) : policy.horizonMs
}
