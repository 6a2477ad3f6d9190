import { dayOf, isDay, rangeOfDays } from '@datahub/core/execution/data-range'
import type { ChangedDay, ChangeRequest } from '@datahub/core/source/changes'
import { rangeTypeOf, type MysqlColumn } from './column-types.ts'
import { prepareRows } from './report-plan.ts'
import type { MysqlSession } from './session.ts'
import type { MysqlReport } from './settings.ts'
import { readInstant, writeInstant } from './sql-text.ts'

/** Behind every day that has data. */
const LAST_ON = '9998-12-30'

/** The days of a report in which rows have a change time after `since` and up to `until`. */
export async function changedDays(
  session: MysqlSession,
  report: MysqlReport,
  { since, firstOn, timeZone }: ChangeRequest,
  until: Date,
  signal: AbortSignal,
): Promise<ChangedDay[]> {
  const asking = { doing: `look for changes in the report "${report.table}"`, signal }
  const range = rangeOfDays(firstOn, LAST_ON, timeZone)
  const { rows, from, values, dateIndex, changedIndex } = await prepareRows(session, report, range, asking)
  if (dateIndex === undefined || changedIndex === undefined) return []
  const isDate = rangeTypeOf(rows.columns[dateIndex] as MysqlColumn) === 'date'
  const found = await session.query(
    `${rows.with}select cast(min(at) as char), cast(max(at) as char), cast(max(changed) as char) from (
       select ${rows.reference(dateIndex)} as at, ${rows.reference(changedIndex)} as changed from ${from}
     ) as report_changes
     where changed <= cast(? as datetime(6))${since ? ' and changed > cast(? as datetime(6))' : ''}
     group by date(at)${isDate ? '' : ', hour(at)'}`,
    [...values, writeInstant(until), ...(since ? [writeInstant(since)] : [])],
    asking,
  )
  // Most servers know no zones by name, so hours come. An hour that belongs to two days has its first and last row in them
  const dayAt = (text: string | null) => {
    if (isDate) return text !== null && isDay(text) ? text : undefined
    const at = readInstant(text ?? '')
    return Number.isNaN(at.getTime()) ? undefined : dayOf(at, timeZone)
  }
  const latest = new Map<string, Date>()
  for (const [first = null, last = null, changed] of found) {
    const changedAt = readInstant(changed ?? '')
    for (const on of [dayAt(first), dayAt(last)]) {
      if (on !== undefined && changedAt > (latest.get(on) ?? new Date(0))) latest.set(on, changedAt)
    }
  }
  return [...latest].map(([on, changedAt]) => ({ on, changedAt }))
}
