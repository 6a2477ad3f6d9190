import { z } from 'zod'
import type { SourceKind } from '../kind.ts'
import { asinReport } from './asin-report.ts'
import { brandReport } from './brand-report.ts'
import { keywordReport } from './keyword-report.ts'
import { openSample } from './sample-source.ts'

const sampleReports = [asinReport, keywordReport, brandReport]

const SampleConnection = z.strictObject({
  rowsPerDay: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta({ description: 'Rows of one day, all reports together; 560 when absent' }),
})

const SampleReportChoice = z.strictObject({
  table: z.enum(sampleReports.map((report) => report.table)).meta({ description: 'One of the built-in reports' }),
})

type SampleConnection = z.output<typeof SampleConnection>
type SampleReportChoice = z.output<typeof SampleReportChoice>

/** The built-in `market_insight`: invented, the same bytes everywhere, so that there is something to deliver at once. */
export const sample: SourceKind<SampleConnection, SampleReportChoice> = {
  kind: 'sample',
  title: 'Built-in sample data',
  connectionSchema: SampleConnection,
  reportSchema: SampleReportChoice,
  secrets: [],

  admit() {},

  /** No reports chosen means all of them. */
  open(connection, choices) {
    const chosen = new Set(choices.map((choice) => choice.table))
    const reports = sampleReports.filter((report) => chosen.size === 0 || chosen.has(report.table))
    return openSample(reports, connection.rowsPerDay ?? null, { now: () => new Date() })
  },
}
