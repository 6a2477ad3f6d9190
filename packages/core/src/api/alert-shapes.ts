import { z } from 'zod'
import { ALERT_EVENTS, ALERT_KINDS, ALERT_TOPICS } from '../alert/alert.ts'
import { CHANNEL_KINDS, LANGUAGES } from '../alert/channel-kinds.ts'
import { pageOf } from './values.ts'

const Id = z.number().int().positive()
const Instant = z.iso.datetime()
const Count = z.number().int().nonnegative()

const AlertTaskView = z.object({
  id: Id,
  name: z.string(),
  execution: z
    .object({
      id: Id,
      status: z.number().int().min(0).max(8),
      dataRange: z.object({ from: z.string(), to: z.string(), timeZone: z.string() }),
    })
    .nullable(),
})

const AlertView = z
  .object({
    id: Id,
    kind: z.enum(ALERT_KINDS),
    state: z.enum(['open', 'resolved']),
    code: z.string().nullable().meta({ description: 'null: nobody knows why' }),
    message: z.string(),
    cure: z.string(),
    place: z.object({ noun: z.enum(['source', 'destination', 'task']), name: z.string() }),
    tasks: z.array(AlertTaskView),
    since: Instant.meta({ description: 'When it began; it was noticed at raisedAt' }),
    raisedAt: Instant,
    resolvedAt: Instant.nullable(),
    resolution: z
      .enum(['recovered', 'over'])
      .nullable()
      .meta({ description: 'over: what it was about is gone, or fails for another reason now' }),
    sent: Count.meta({ description: 'Messages that arrived' }),
    unsent: Count.meta({ description: 'Messages that wait to be sent, or were given up' }),
  })
  .meta({ id: 'Alert' })

export const AlertPage = pageOf(AlertView).meta({ id: 'AlertPage' })

const Failure = z.object({ code: z.string(), message: z.string(), cure: z.string() })

export const AlertChannelView = z
  .looseObject({
    id: Id,
    name: z.string(),
    kind: z.enum(CHANNEL_KINDS),
    language: z.enum(LANGUAGES),
    alerts: z.array(z.enum(ALERT_TOPICS)),
    tasks: z.array(z.string()).nullable().meta({ description: 'Names of the tasks that it is about; null: all' }),
    enabled: z.boolean(),
    receiver: z.string().meta({ description: 'The host or the addresses that it sends to' }),
    lastSentAt: Instant.nullable(),
    waiting: Count.meta({ description: 'Messages that are still to be sent' }),
    dead: Count.meta({ description: 'Messages that were given up after a day' }),
    failure: Failure.nullable().meta({ description: 'Why the newest attempt failed; null: it did not' }),
    previousSecretUntil: Instant.nullable().meta({ description: 'Until then messages carry two signatures' }),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'AlertChannel', description: 'And the fields of the kind; secret ones read {"set": true}' })

/** The secret that the hub has made: it is in this answer and in no other. */
export const NewSecret = z.object({ secret: z.string().nullable() })

export const AlertTrial = z
  .object({
    ok: z.boolean(),
    answer: z.string().nullable().meta({ description: 'What the receiver said' }),
    failure: Failure.nullable(),
  })
  .meta({ id: 'AlertTrial' })

export const AlertMessagePage = pageOf(
  z.object({
    id: z.uuid().meta({ description: 'What the receiver knows it by: webhook-id' }),
    alertId: Id,
    event: z.enum(ALERT_EVENTS),
    kind: z.enum(ALERT_KINDS),
    state: z.enum(['waiting', 'sent', 'dead']),
    attempts: Count,
    createdAt: Instant,
    nextAt: Instant.nullable().meta({ description: 'When it is tried next' }),
    endedAt: Instant.nullable(),
    answer: z.string().nullable(),
    failure: Failure.nullable(),
  }),
).meta({ id: 'AlertMessagePage' })

export type AlertPage = z.output<typeof AlertPage>
export type AlertChannelView = z.output<typeof AlertChannelView>
export type AlertTrial = z.output<typeof AlertTrial>
export type AlertMessagePage = z.output<typeof AlertMessagePage>
