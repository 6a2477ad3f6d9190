import { z } from 'zod'
import { Column } from '../bucket/column.ts'

/** What a source has that could become a report. */

export const DiscoveredReport = z.object({
  title: z.string().meta({ description: 'What the source calls it: `public.orders`, or the pattern of the files' }),
  kind: z.enum(['table', 'view', 'files']),
  report: z
    .record(z.string(), z.unknown())
    .meta({ description: 'An entry for `reports`, with a proposed table, date column and primary key' }),
  columns: z.array(
    Column.extend({ sourceType: z.string().meta({ description: "The type in the source's own words" }) }),
  ),
  rows: z.number().int().nonnegative().nullable().meta({ description: "By the source's statistics; null: not known" }),
  note: z.string().nullable().meta({ description: 'What should be known before it is delivered' }),
})

export const Discovery = z.object({
  reports: z.array(DiscoveredReport),
  isCut: z.boolean().meta({ description: 'There are more: narrow it with match' }),
})

export type DiscoveredReport = z.output<typeof DiscoveredReport>
export type Discovery = z.output<typeof Discovery>

export interface DiscoveryRequest {
  /** Part of the title, in any letter case; empty for everything. */
  readonly match: string
  readonly limit: number
}
