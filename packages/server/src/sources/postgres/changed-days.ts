import type { ChangedDay, ChangeRequest } from '@datahub/core/source/changes'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import { rangeTypeOf, type PostgresColumn } from './column-types.ts'
import { prepareRows } from './report-plan.ts'
import type { PostgresSession } from './session.ts'
import type { PostgresReport } from './settings.ts'

/** Behind every day that has data. */
const LAST_ON = '9998-12-30'

/** The days of a report in which rows have a change time after `since` and up to `until`. */
export async function changedDays(
  session: PostgresSession,
  report: PostgresReport,
  { since, firstOn, timeZone }: ChangeRequest,
  until: Date,
  signal: AbortSignal,
): Promise<ChangedDay[]> {
  const asking = { doing: `look for changes in the report "${report.table}"`, signal }
  const { rows, from, dateIndex, changedIndex } = await prepareRows(
    session,
    report,
    rangeOfDays(firstOn, LAST_ON, timeZone),
    asking,
  )
  if (dateIndex === undefined || changedIndex === undefined) return []
  const typeAt = (index: number) => rangeTypeOf((rows.columns[index] as PostgresColumn).typeOid)
  const instantAt = (index: number) =>
    typeAt(index) === 'timestamp' ? `(${rows.reference(index)} at time zone 'UTC')` : rows.reference(index)
  const day = typeAt(dateIndex) === 'date' ? rows.reference(dateIndex) : `${instantAt(dateIndex)} at time zone $3`
  const { rows: found } = await session.query<[string, Date]>(
    `select pg_catalog.to_char(day, 'YYYY-MM-DD'), max(changed) from (
       select ${day} as day, ${instantAt(changedIndex)} as changed from ${from}
     ) as rows where changed > $1::timestamptz and changed <= $2::timestamptz and $3::text is not null group by 1`,
    [since ?? '-infinity', until, timeZone],
    asking,
  )
  return found.map(([on, changedAt]) => ({ on, changedAt }))
}
