import type { Schedule } from '@datahub/core/task/schedule'
import type { Messages } from '../../i18n/en/index.ts'

/** `Every day at 03:00`; the zone is said beside it. */
export function scheduleWords(schedule: Schedule, m: Messages): string {
  const { words, form } = m.task
  switch (schedule.every) {
    case 'day':
      return words.day(schedule.at)
    case 'hour':
      return words.hour(String(schedule.minute).padStart(2, '0'))
    case 'minutes':
      return words.minutes(schedule.minutes)
    case 'week':
      return words.week(form.weekdays[schedule.on], schedule.at)
    case 'month':
      return words.month(schedule.day, schedule.at)
    default:
      return words.cron(schedule.cron)
  }
}
