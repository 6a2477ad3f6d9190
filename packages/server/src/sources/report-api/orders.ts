import { createHash } from 'node:crypto'
import { addDays } from '@datahub/core/execution/calendar'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { dayOf, formatInstant, type DataRange } from '@datahub/core/execution/data-range'
import type { ReportRequest } from '@datahub/core/source/source'
import { z } from 'zod'
import type { Filling } from './placeholders.ts'
import type { ReportApiConnection, ReportApiReport } from './settings.ts'
import { spansOf, spanWords, type Span } from './spans.ts'

/** One report that the service is asked for: a table, of one account, over no more than it allows at once. */
export interface Order extends Span {
  /** Names it among the orders of a request. */
  readonly name: string
  /** Its time, for people. */
  readonly words: string
  readonly report: ReportApiReport
  readonly account: string
  readonly timeZone: string
}

/** What is known of an order that the service has taken. */
const Placed = z.object({
  reportId: z.string().min(1),
  askedAt: z.number(),
  /** It is ready, or has no rows: nothing to ask after before it is downloaded. */
  isDone: z.boolean().default(false),
})

/** What is kept of a request: enough to come back for its reports. */
export const Reference = z.object({
  placed: z.record(z.string(), Placed),
  /** How often the reports of an order have failed and were asked for anew. */
  failures: z.record(z.string(), z.number()),
})

export type Placed = z.output<typeof Placed>
export type Reference = z.output<typeof Reference>

/**
 * The orders of a request: by table, account and time, in this order. `source.range_…` and `source.too_early` refuse one
 * that `isNew`: nothing of it has been asked for yet.
 */
export function planOrders(
  connection: ReportApiConnection,
  reports: readonly ReportApiReport[],
  range: DataRange,
  now: Date,
  isNew: boolean,
): Order[] {
  const accounts = connection.accounts ?? [{ id: '' }]
  return reports.flatMap((report) =>
    accounts.flatMap(({ id, timeZone = connection.timeZone }) => {
      const spans = spansOf(range, connection, timeZone)
      if (isNew) {
        assertInOne(report, connection, spans, timeZone)
        assertKept(report.retentionDays ?? connection.retentionDays, report, spans, timeZone, now)
        assertOver(spans, connection, timeZone, now)
      }
      return spans.map((span) => ({
        ...span,
        name: [report.table, encodeURIComponent(id), ...nameOf(span, connection, timeZone)].join('/'),
        words: spanWords(span, connection, timeZone),
        report,
        account: id,
        timeZone,
      }))
    }),
  )
}

/** What the placeholders stand for in the requests of an order. */
export function fillingOf(order: Order, request: ReportRequest, failures: number, reportId: string): Filling {
  const key = createHash('sha256').update(`${request.requestId}/${order.name}/${failures}`).digest('hex').slice(0, 32)
  const { from, to, until, timeZone, account, report } = order
  return { from, to, until, timeZone, account, table: report.table, parameters: report.parameters, key, reportId }
}

function nameOf({ from, to, until }: Span, { grain }: ReportApiConnection, timeZone: string): string[] {
  if (grain === 'hour') return [from.toISOString(), until.toISOString()]
  return [dayOf(from, timeZone), dayOf(to, timeZone)]
}

function assertKept(
  days: number | undefined,
  report: ReportApiReport,
  [first]: readonly Span[],
  timeZone: string,
  now: Date,
): void {
  if (days === undefined || !first) return
  const oldest = addDays(dayOf(now, timeZone), -days)
  const fromOn = dayOf(first.from, timeZone)
  if (fromOn >= oldest) return
  const hint = `The service keeps ${report.table} for ${days} days: ask for ${oldest} and later.`
  throw new DataHubError('source.range_too_old', `ask for the report ${report.table} from ${fromOn} on`, { hint })
}

/** Sums over parts of a range are not the sums over the range. */
function assertInOne(
  report: ReportApiReport,
  connection: ReportApiConnection,
  spans: readonly Span[],
  timeZone: string,
): void {
  const [first, last] = [spans[0], spans.at(-1)]
  if (report.longRanges === 'parts' || !first || !last || first === last) return
  const { grain, maxDays, maxHours } = connection
  const most = grain === 'hour' ? `${maxHours} hours` : `${maxDays} days`
  const words = spanWords({ ...last, from: first.from }, connection, timeZone)
  throw new DataHubError('source.range_too_long', `ask for the report ${report.table} of ${words}`, {
    hint: `Its rows are sums over the range, of at most ${most}: choose so many, also with refreshDays.`,
  })
}

function assertOver(spans: readonly Span[], { grain }: ReportApiConnection, timeZone: string, now: Date): void {
  const last = spans.at(-1)
  const leftMs = (last?.until.getTime() ?? 0) - now.getTime()
  if (!last || leftMs <= 0) return
  const end = grain === 'hour' ? formatInstant(last.until, timeZone) : `${dayOf(last.to, timeZone)} in ${timeZone}`
  throw new DataHubError('source.too_early', `ask for reports up to ${end}`, { retryAfterMs: leftMs })
}
