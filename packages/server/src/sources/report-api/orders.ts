import { createHash } from 'node:crypto'
import { addDays, dayNumber } from '@datahub/core/execution/calendar'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { dayOf, daysOf, startOfDay, type DataRange } from '@datahub/core/execution/data-range'
import type { ReportRequest } from '@datahub/core/source/source'
import { z } from 'zod'
import type { Filling } from './placeholders.ts'
import type { ReportApiConnection, ReportApiReport } from './settings.ts'

/** One report that the service is asked for: a table, of one account, over no more days than it allows at once. */
export interface Order {
  /** Names it among the orders of a request. */
  readonly name: string
  readonly report: ReportApiReport
  readonly account: string
  readonly timeZone: string
  readonly firstOn: string
  readonly lastOn: string
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
 * The orders of a request: by table, account and days, in this order. `source.range_…` and `source.too_early` refuse one
 * that `isNew`: nothing of it has been asked for yet.
 */
export function planOrders(
  connection: ReportApiConnection,
  reports: readonly ReportApiReport[],
  range: DataRange,
  now: Date,
  isNew: boolean,
): Order[] {
  const { fromOn, toOn } = wholeDays(range)
  const accounts = connection.accounts ?? [{ id: '' }]
  return reports.flatMap((report) =>
    accounts.flatMap(({ id, timeZone = connection.timeZone }) => {
      if (isNew) {
        assertInOne(report, connection.maxDays, dayNumber(toOn) - dayNumber(fromOn))
        assertKept(report.retentionDays ?? connection.retentionDays, report, fromOn, dayOf(now, timeZone))
        assertOver(toOn, timeZone, now)
      }
      return cut(fromOn, toOn, connection.maxDays ?? Infinity).map(({ firstOn, lastOn }) => ({
        name: [report.table, encodeURIComponent(id), firstOn, lastOn].join('/'),
        report,
        account: id,
        timeZone,
        firstOn,
        lastOn,
      }))
    }),
  )
}

/** What the placeholders stand for in the requests of an order. */
export function fillingOf(order: Order, request: ReportRequest, failures: number, reportId: string): Filling {
  const key = createHash('sha256').update(`${request.requestId}/${order.name}/${failures}`).digest('hex').slice(0, 32)
  return {
    firstOn: order.firstOn,
    lastOn: order.lastOn,
    timeZone: order.timeZone,
    account: order.account,
    table: order.report.table,
    parameters: order.report.parameters,
    key,
    reportId,
  }
}

/** Days are asked for by their names: the days of the range's zone are the account's days of the same names. */
function wholeDays(range: DataRange): { fromOn: string; toOn: string } {
  const { fromOn, toOn } = daysOf(range)
  const isWhole =
    startOfDay(fromOn, range.timeZone).getTime() === range.from.getTime() &&
    startOfDay(toOn, range.timeZone).getTime() === range.to.getTime()
  if (!isWhole) throw new DataHubError('source.range_unsupported', 'ask for the reports')
  return { fromOn, toOn }
}

function assertKept(days: number | undefined, report: ReportApiReport, fromOn: string, today: string): void {
  if (days === undefined) return
  const oldest = addDays(today, -days)
  if (fromOn >= oldest) return
  const hint = `The service keeps ${report.table} for ${days} days: ask for ${oldest} and later.`
  throw new DataHubError('source.range_too_old', `ask for the report ${report.table} from ${fromOn} on`, { hint })
}

/** Sums over parts of a range are not the sums over the range. */
function assertInOne(report: ReportApiReport, maxDays = Infinity, days: number): void {
  if (report.longRanges === 'parts' || days <= maxDays) return
  throw new DataHubError('source.range_too_long', `ask for the report ${report.table} of ${days} days`, {
    hint: `Its rows are sums over the range, of at most ${maxDays} days: choose so many, also with refreshDays.`,
  })
}

function assertOver(toOn: string, timeZone: string, now: Date): void {
  const leftMs = startOfDay(toOn, timeZone).getTime() - now.getTime()
  if (leftMs <= 0) return
  throw new DataHubError('source.too_early', `ask for reports up to ${addDays(toOn, -1)} in ${timeZone}`, {
    retryAfterMs: leftMs,
  })
}

function cut(fromOn: string, toOn: string, maxDays: number): { firstOn: string; lastOn: string }[] {
  const parts: { firstOn: string; lastOn: string }[] = []
  for (let firstOn = fromOn; firstOn < toOn;) {
    const left = dayNumber(toOn) - dayNumber(firstOn)
    const next = addDays(firstOn, Math.min(left, maxDays))
    parts.push({ firstOn, lastOn: addDays(next, -1) })
    firstOn = next
  }
  return parts
}
