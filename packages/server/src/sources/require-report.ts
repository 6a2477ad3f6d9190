import { DataHubError } from '@datahub/core/error/data-hub-error'
import { cureFor } from './near-names.ts'

/** The report of that table; `source.report_missing` with what there is when the source defines none. */
export function requireReport<Report extends { readonly table: string }>(
  reports: readonly Report[],
  table: string,
): Report {
  const report = reports.find((candidate) => candidate.table === table)
  if (report) return report
  const cure = cureFor(
    table,
    reports.map((candidate) => candidate.table),
  )
  throw new DataHubError('source.report_missing', `find the report "${table}"`, {
    hint: cure,
    fields: [{ field: 'reports', problem: `the source has no report "${table}"`, cure }],
  })
}
