import { z } from 'zod'

/** The types a manifest may give a column; docs/format.md says how each is written in CSV. */
const COLUMN_TYPES = [
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'decimal',
  'real',
  'double',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'text',
  'uuid',
  'json',
  'bytes',
] as const

export const Column = z.object({
  name: z.string(),
  type: z.enum(COLUMN_TYPES),
  nullable: z.boolean(),
  /** Decimals only, where the source knows them. */
  precision: z.number().int().positive().optional(),
  scale: z.number().int().nonnegative().optional(),
})

export type Column = z.output<typeof Column>
export type ColumnType = Column['type']
