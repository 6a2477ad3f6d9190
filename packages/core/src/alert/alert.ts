import type { ErrorCode } from '../error/codes.ts'
import type { Status } from '../execution/status.ts'

/**
 * What the hub tells people of its own accord. `failing`: deliveries fail, after their retries; `late`: nothing was
 * delivered by the time it was due and some more; `connection`: the connection test of a destination failed; `paused`: a
 * task has paused by itself.
 */
export const ALERT_KINDS = ['failing', 'late', 'connection', 'paused'] as const

export type AlertKind = (typeof ALERT_KINDS)[number]

/** What somebody may want to hear of: alerts of a kind, and that one is over. */
export const ALERT_TOPICS = ['failing', 'recovered', 'late', 'connection', 'paused'] as const

export type AlertTopic = (typeof ALERT_TOPICS)[number]

/** `reminder`: it still lasts; `test`: somebody tries a channel out. */
export const ALERT_EVENTS = ['raised', 'reminder', 'recovered', 'test'] as const

export type AlertEvent = (typeof ALERT_EVENTS)[number]

/** A task that an alert is about, and the execution that tells why. */
export interface AlertTask {
  readonly id: number
  readonly name: string
  readonly execution: {
    readonly id: number
    readonly status: Status
    /** ISO 8601, half-open, in the zone. */
    readonly dataRange: { readonly from: string; readonly to: string; readonly timeZone: string }
  } | null
}

/** The root cause, and all that have it. */
export interface AlertFacts {
  /** Null: nobody knows why, such as of what is only late. */
  readonly code: ErrorCode | null
  /** Our own sentence; empty without a code. */
  readonly message: string
  readonly cure: string
  readonly place: { readonly noun: 'source' | 'destination' | 'task'; readonly name: string }
  readonly tasks: readonly AlertTask[]
}

/** What is sent: whole in itself, so that it is the same however late it goes. */
export interface AlertNotice extends AlertFacts {
  readonly event: AlertEvent
  readonly kind: AlertKind
  /** Null: a test. */
  readonly alertId: number | null
  readonly workspace: string
  /** ISO 8601: when it began, and when this was written. */
  readonly since: string
  readonly at: string
  /** Of which `tasks` names the first. */
  readonly taskCount: number
  /** Into the console; null where the hub does not know its own address. */
  readonly link: string | null
}

/** Whether a channel that wants these topics hears of it. */
export function isWanted(topics: readonly AlertTopic[], kind: AlertKind, event: AlertEvent): boolean {
  return topics.includes(kind) && (event !== 'recovered' || topics.includes('recovered'))
}
