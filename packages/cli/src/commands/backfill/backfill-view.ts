import type { BackfillDetail, BackfillPlan, BackfillView } from '@datahub/core/api/backfill-shapes'
import { statusWords, isStatus } from '@datahub/core/execution/status'
import { countOf, sizeWords } from '../../quantity.ts'
import { visible, type Paint } from '../../style.ts'
import { block, table } from '../../table.ts'
import { durationWords, rangeWords, timeIn } from '../../time.ts'

/** `2024-01-01 to 2024-06-30 America/Los_Angeles, by month` */
function whatWords({ from, to, timeZone, chunk }: BackfillView): string {
  return `${from} to ${to} ${timeZone}, ${chunk === 'whole' ? 'as a whole' : `by ${chunk}`}`
}

/** `4 of 6 delivered, 1 failed, 1 running` */
export function countWordsOf({ counts }: BackfillView): string {
  const { delivered, failed, running, waiting } = counts
  const parts = [`${delivered} of ${delivered + failed + running + waiting} delivered`]
  if (failed > 0) parts.push(`${failed} failed`)
  if (running > 0) parts.push(`${running} running`)
  if (waiting > 0) parts.push(`${waiting} waiting`)
  return parts.join(', ')
}

export function backfillTable(backfills: readonly BackfillView[], paint: Paint): string {
  return table(
    backfills,
    [
      { title: 'ID', value: (one) => one.id, align: 'right' },
      { title: 'TASK', value: (one) => one.task },
      { title: 'STATE', value: (one) => one.state },
      { title: 'DATA RANGE', value: whatWords },
      { title: 'RANGES', value: countWordsOf },
      { title: 'STARTED', value: (one) => timeIn(one.timeZone, one.createdAt) },
    ],
    paint,
  )
}

export function backfillBlock(backfill: BackfillView, paint: Paint): string {
  const { timeZone, etaMs, rows, sizeBytes } = backfill
  return `${paint('bold', `Backfill ${backfill.id}`)} of ${visible(backfill.task)} #${backfill.taskId}\n${block(
    [
      ['State', backfill.state],
      ['Data range', whatWords(backfill)],
      ['Ranges', countWordsOf(backfill)],
      ['At once', String(backfill.parallel)],
      ['Delivered', `${countOf(rows, 'row')}, ${sizeWords(sizeBytes)}`],
      ['Time to go', etaMs === null ? undefined : `about ${durationWords(etaMs)}`],
      ['Started', timeIn(timeZone, backfill.createdAt) ?? undefined],
      ['Ended', timeIn(timeZone, backfill.endedAt) ?? undefined],
    ],
    paint,
  )}`
}

/** The block, and under it what became of every range. */
export function backfillPage(backfill: BackfillDetail, paint: Paint): string {
  const { timeZone } = backfill
  const ranges = table(
    backfill.ranges,
    [
      { title: 'DATA RANGE', value: ({ from, to }) => rangeWords({ from, to, timeZone }) },
      { title: 'STATUS', value: ({ status }) => statusText(status) },
      { title: 'EXECUTION', value: ({ executionId }) => executionId, align: 'right' },
    ],
    paint,
  )
  return `${backfillBlock(backfill, paint)}\n\n${ranges}`
}

/** What would be delivered, range by range, and what it will probably take. */
export function planPage(plan: BackfillPlan, paint: Paint): string {
  const { timeZone, counts, estimate, selected } = plan
  const ranges = table(
    plan.ranges,
    [
      { title: 'DATA RANGE', value: ({ from, to }) => rangeWords({ from, to, timeZone }) },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'EXECUTION', value: ({ executionId }) => executionId, align: 'right' },
      { title: 'DELIVER', value: (range) => (range.selected ? 'yes' : null) },
    ],
    paint,
  )
  const states = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
  const expected = estimate
    ? `about ${countOf(estimate.rows, 'row')}, ${sizeWords(estimate.sizeBytes)}, ${durationWords(estimate.durationMs)} at the pace of the last deliveries`
    : 'not known: the task has not delivered yet'
  return `${ranges}\n\n${block(
    [
      ['Ranges', states.join(', ')],
      ['To deliver', `${countOf(selected, 'range')}, ${countOf(plan.days, 'day')}`],
      ['Expected', selected > 0 ? expected : undefined],
    ],
    paint,
  )}`
}

function statusText(status: number | null): string {
  if (status === null) return 'waiting'
  return isStatus(status) ? `${statusWords(status)} (${status})` : String(status)
}
