import { daysOf, dayOf, type DataRange } from '@datahub/core/execution/data-range'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Clock } from '@datahub/core/clock'
import type { Source } from '@datahub/core/source/source'
import { tryEach } from '../../foundation/try-each.ts'
import { encodeRecords } from '../csv-encoder.ts'
import { requireReport } from '../require-report.ts'
import { daysBetween, type SampleReport } from './sample-report.ts'

/** The first day that has data. */
const FIRST_ON = '2022-01-01'

/**
 * The built-in data source. `rowsPerDay` is for all reports together, shared out as they are by default; null leaves
 * that. Days up to yesterday have data, yesterday as the range's zone sees it.
 */
export function openSample(reports: readonly SampleReport[], rowsPerDay: number | null, clock: Clock): Source {
  const usual = reports.reduce((sum, report) => sum + report.rowsPerDay, 0)
  const countOn = (report: SampleReport) =>
    rowsPerDay === null ? report.rowsPerDay : Math.ceil((report.rowsPerDay * rowsPerDay) / usual)

  function* records(report: SampleReport, range: DataRange): Generator<string> {
    const { fromOn, toOn } = daysOf(range)
    const today = dayOf(clock.now(), range.timeZone)
    const count = countOn(report)
    for (const day of daysBetween(fromOn < FIRST_ON ? FIRST_ON : fromOn, toOn < today ? toOn : today)) {
      for (let index = 0; index < count; index += 1) yield report.record(day, index)
    }
  }

  return {
    kind: 'sample',

    async reports() {
      return reports
    },

    async dispatch(request, signal) {
      signal.throwIfAborted()
      for (const table of request.tables) requireReport(reports, table)
      return new SampleRequest(request.range, clock.now())
    },

    async poll() {
      return 'ready'
    },

    async read(dispatched, table, signal) {
      signal.throwIfAborted()
      const report = requireReport(reports, table)
      if (!(dispatched instanceof SampleRequest) || dispatched.closed) {
        throw new DataHubError('source.interrupted', `read the report "${table}"`)
      }
      return encodeRecords(report.columns, records(report, dispatched.range), signal)
    },

    check(signal) {
      const trials = reports.map((report) => ({
        name: `report:${report.table}`,
        title: `Read the report ${report.table}`,
        needs: [],
        run: async () => `${report.columns.length} columns, ${countOn(report)} rows a day.`,
      }))
      return tryEach(trials, signal)
    },

    async close() {},
  }
}

class SampleRequest {
  readonly range: DataRange
  readonly snapshotAt: Date
  closed = false

  constructor(range: DataRange, snapshotAt: Date) {
    this.range = range
    this.snapshotAt = snapshotAt
  }

  async close(): Promise<void> {
    this.closed = true
  }
}
