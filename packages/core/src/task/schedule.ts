import { z } from 'zod'
import { isDay, isTimeZone } from '../execution/data-range.ts'
import { everFires, parseCron } from './cron.ts'

export const TimeZone = z
  .string()
  .refine(isTimeZone, { error: 'is not a time zone; use an IANA name such as America/Los_Angeles or UTC' })

export const Day = z.string().refine(isDay, { error: 'must be a day such as 2024-01-31' })

const At = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "03:00" (in quotes)')
const Minutes = z.number().int().min(0)

export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

/** Divisors of an hour, so that the steps are the same in every hour. */
const STEPS = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30]

const CronText = z.string().superRefine((text, context) => {
  try {
    if (!everFires(parseCron(text))) context.addIssue({ code: 'custom', message: 'names a day that never comes' })
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
  }
})

/** Which data an execution delivers; whatever it is, it follows from the fire time alone. */
const Data = z.discriminatedUnion('range', [
  z.strictObject({ range: z.literal('previous-period') }),
  z.strictObject({ range: z.literal('last-days'), days: z.number().int().min(1).max(366) }),
  z.strictObject({ range: z.literal('month-to-date') }),
])

const common = {
  timeZone: TimeZone,
  startOn: Day.optional().meta({ description: 'The first data day; absent: from the creation of the task on' }),
  endOn: Day.optional().meta({ description: 'The last data day, included; absent: for ever' }),
  data: Data.optional().meta({ description: 'Absent: the whole period before the one it fires in' }),
  refreshDays: z.number().int().min(1).max(366).optional().meta({
    description: 'Each execution delivers the last so many data days again: for data that changes for a while',
  }),
  refreshChangedDays: z.number().int().min(1).max(3660).optional().meta({
    description: 'Days up to so long ago are delivered again when the data source says that they have changed',
  }),
  settleDelayMinutes: Minutes.max(7 * 1440)
    .optional()
    .meta({ description: 'Wait so long for late data: moves the fire time, never the data range' }),
  jitterMinutes: Minutes.max(720)
    .optional()
    .meta({ description: 'Spread tasks that fire together over so many minutes; the same task always gets the same' }),
  catchUp: z
    .enum(['all', 'last', 'none'])
    .optional()
    .meta({ description: 'What is delivered of the fire times missed while the hub was down; absent: all' }),
  catchUpDays: z
    .number()
    .int()
    .min(1)
    .max(3660)
    .optional()
    .meta({ description: 'Fire times missed longer ago are left out; absent: none is' }),
  overlap: z
    .enum(['queue', 'queue-one', 'skip', 'allow'])
    .optional()
    .meta({ description: 'What happens at a fire time while an earlier execution is under way; absent: it waits' }),
}

/** When a recurring task fires, and so which data it delivers. */
export const Schedule = z.discriminatedUnion('every', [
  z.strictObject({ every: z.literal('day'), at: At, ...common }),
  z.strictObject({ every: z.literal('hour'), minute: z.number().int().min(0).max(59).default(0), ...common }),
  z.strictObject({
    every: z.literal('minutes'),
    minutes: z.number().refine((step) => STEPS.includes(step), { error: `must be one of ${STEPS.join(', ')}` }),
    ...common,
  }),
  z.strictObject({ every: z.literal('week'), on: z.enum(WEEKDAYS), at: At, ...common }),
  z.strictObject({
    every: z.literal('month'),
    day: z.number().int().min(1).max(31).meta({ description: 'In shorter months their last day' }),
    at: At,
    ...common,
  }),
  z.strictObject({
    every: z.literal('cron'),
    cron: CronText.meta({ description: 'Minute, hour, day of month, month, weekday', examples: ['0 3 * * 1-5'] }),
    ...common,
  }),
])

export type Schedule = z.output<typeof Schedule>

/** `Every day at 03:00 America/Los_Angeles` */
export function scheduleWords(schedule: Schedule): string {
  return `${cadenceWords(schedule)} ${schedule.timeZone}`
}

function cadenceWords(schedule: Schedule): string {
  switch (schedule.every) {
    case 'minutes':
      return schedule.minutes === 1 ? 'Every minute' : `Every ${schedule.minutes} minutes`
    case 'hour':
      return `Every hour at minute ${schedule.minute}`
    case 'day':
      return `Every day at ${schedule.at}`
    case 'week':
      return `Every ${schedule.on[0]?.toUpperCase()}${schedule.on.slice(1)} at ${schedule.at}`
    case 'month':
      return `Every month on day ${schedule.day} at ${schedule.at}`
    default:
      return `Cron ${schedule.cron}`
  }
}
