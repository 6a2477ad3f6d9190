import type { SourceKind } from '../kind.ts'
import { admit } from './admit.ts'
import { openReportApi } from './report-api-source.ts'
import { ReportApiConnection, ReportApiReport, SECRETS } from './settings.ts'

/** Any service that takes orders for reports over HTTP, described in the definition itself. */
export const reportApi: SourceKind<ReportApiConnection, ReportApiReport> = {
  kind: 'report-api',
  title: 'Report API over HTTP',
  connectionSchema: ReportApiConnection,
  reportSchema: ReportApiReport,
  secrets: SECRETS,
  admit,
  open: (connection, reports, world) => openReportApi('report-api', connection, reports, world),
}
