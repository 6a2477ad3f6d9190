import type { TaskDefinition } from '@datahub/core/task/definition'
import type { Schedule } from '@datahub/core/task/schedule'
import { emptyDestination, type DestinationValues } from '../../destinations/destination-values.ts'

type Weekday = Extract<Schedule, { every: 'week' }>['on']

/** A task as its form holds it: everything that any choice may need, so that going back and forth loses nothing. */
export interface TaskValues {
  name: string
  source: string
  hasAllReports: boolean
  reports: string[]
  mode: 'recurring' | 'one-time'
  every: Schedule['every']
  at: string
  on: Weekday
  day: string
  minute: string
  minutes: string
  cron: string
  timeZone: string
  range: 'previous-period' | 'last-days' | 'month-to-date'
  days: string
  settleDelayMinutes: string
  refreshDays: string
  pauseAfterFailures: string
  lateAfterMinutes: string
  from: string
  to: string
  chunk: 'whole' | 'day' | 'week' | 'month'
  parallel: string
  where: 'saved' | 'new'
  destination: string
  newDestination: DestinationValues
}

export function emptyTask(timeZone: string): TaskValues {
  return {
    name: '',
    source: '',
    hasAllReports: true,
    reports: [],
    mode: 'recurring',
    every: 'day',
    at: '03:00',
    on: 'monday',
    day: '1',
    minute: '5',
    minutes: '15',
    cron: '0 3 * * 1-5',
    timeZone,
    range: 'previous-period',
    days: '7',
    settleDelayMinutes: '',
    refreshDays: '',
    pauseAfterFailures: '',
    lateAfterMinutes: '',
    from: '',
    to: '',
    chunk: 'whole',
    parallel: '4',
    where: 'saved',
    destination: '',
    newDestination: emptyDestination,
  }
}

/** What the API takes. Numbers that are not typed yet are sent as they are, and come back as errors with their field. */
export function toTaskDefinition(values: TaskValues, paused?: boolean): TaskDefinition {
  return {
    name: values.name.trim(),
    source: values.source,
    destination: values.where === 'saved' ? values.destination : values.newDestination.name.trim(),
    ...(values.hasAllReports ? {} : { reports: values.reports }),
    ...(values.mode === 'recurring' ? { schedule: toSchedule(values) } : { oneTime: toOneTime(values) }),
    ...(values.pauseAfterFailures ? { pauseAfterFailures: Number(values.pauseAfterFailures) } : {}),
    ...(values.lateAfterMinutes ? { lateAfterMinutes: Number(values.lateAfterMinutes) } : {}),
    ...(paused === undefined ? {} : { paused }),
  }
}

export function toSchedule(values: TaskValues): Schedule {
  const { timeZone, at, on, cron, range } = values
  const common = {
    timeZone,
    ...(range === 'last-days' ? { data: { range, days: Number(values.days) } } : {}),
    ...(range === 'month-to-date' ? { data: { range } } : {}),
    ...(values.settleDelayMinutes ? { settleDelayMinutes: Number(values.settleDelayMinutes) } : {}),
    ...(values.refreshDays ? { refreshDays: Number(values.refreshDays) } : {}),
  }
  switch (values.every) {
    case 'hour':
      return { every: 'hour', minute: Number(values.minute), ...common }
    case 'minutes':
      return { every: 'minutes', minutes: Number(values.minutes), ...common }
    case 'week':
      return { every: 'week', on, at, ...common }
    case 'month':
      return { every: 'month', day: Number(values.day), at, ...common }
    case 'cron':
      return { every: 'cron', cron, ...common }
    default:
      return { every: 'day', at, ...common }
  }
}

function toOneTime({ from, to, timeZone, chunk, parallel }: TaskValues): NonNullable<TaskDefinition['oneTime']> {
  return { from, to, timeZone, ...(chunk === 'whole' ? {} : { chunk, parallel: Number(parallel) }) }
}

interface Described {
  name: string
  source: string
  destination: string
  reports?: readonly string[] | null | undefined
  pauseAfterFailures?: number | null | undefined
  lateAfterMinutes?: number | null | undefined
  schedule?: Schedule | null | undefined
  oneTime?: TaskDefinition['oneTime'] | null | undefined
}

/** The form for a task that exists. */
export function toTaskValues(task: Described, timeZone: string): TaskValues {
  const { schedule, oneTime } = task
  const text = (value: number | null | undefined) => (value === undefined || value === null ? '' : String(value))
  return {
    ...emptyTask(timeZone),
    name: task.name,
    source: task.source,
    destination: task.destination,
    hasAllReports: !task.reports,
    reports: [...(task.reports ?? [])],
    pauseAfterFailures: text(task.pauseAfterFailures),
    lateAfterMinutes: text(task.lateAfterMinutes),
    ...(schedule
      ? {
          mode: 'recurring',
          every: schedule.every,
          timeZone: schedule.timeZone,
          range: schedule.data?.range ?? 'previous-period',
          ...(schedule.data?.range === 'last-days' ? { days: String(schedule.data.days) } : {}),
          settleDelayMinutes: text(schedule.settleDelayMinutes),
          refreshDays: text(schedule.refreshDays),
          ...('at' in schedule ? { at: schedule.at } : {}),
          ...('on' in schedule ? { on: schedule.on } : {}),
          ...('day' in schedule ? { day: String(schedule.day) } : {}),
          ...('minute' in schedule ? { minute: String(schedule.minute) } : {}),
          ...('minutes' in schedule ? { minutes: String(schedule.minutes) } : {}),
          ...('cron' in schedule ? { cron: schedule.cron } : {}),
        }
      : {}),
    ...(oneTime
      ? {
          mode: 'one-time',
          from: oneTime.from,
          to: oneTime.to,
          timeZone: oneTime.timeZone,
          chunk: oneTime.chunk ?? 'whole',
          parallel: String(oneTime.parallel ?? 4),
        }
      : {}),
  }
}
