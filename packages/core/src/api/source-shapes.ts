import { z } from 'zod'
import { connectionFacts } from './connection-test-shapes.ts'
import { Column } from '../bucket/column.ts'
import { SchemaChange } from '../source/schema-change.ts'
import { SourceDefinition } from '../task/definition.ts'
import { Count, Id, Instant } from './values.ts'

export const SourceView = SourceDefinition.extend({
  id: Id,
  connection: z.record(z.string(), z.unknown()).meta({ description: 'Without secrets: those read {"set": true}' }),
  ...connectionFacts,
  createdAt: Instant,
  updatedAt: Instant,
}).meta({ id: 'Source' })

const JsonSchema = z.record(z.string(), z.unknown())

/** A kind of data source, and what has to be entered for it. */
export const SourceKindView = z
  .object({
    kind: z.string(),
    title: z.string(),
    connection: JsonSchema.meta({ description: 'JSON Schema of `connection`; secret fields are writeOnly' }),
    report: JsonSchema.meta({ description: 'JSON Schema of an entry of `reports`' }),
    discovers: z.boolean().meta({ description: 'Whether its reports are found in it' }),
  })
  .meta({ id: 'SourceKind' })

/** What a task can take from a data source. */
export const SourceReports = z
  .object({ tables: z.array(z.string()), maxRangeDays: z.number().int().positive() })
  .meta({ id: 'SourceReports' })

export const Preview = z
  .object({
    table: z.string(),
    columns: z.array(Column),
    rows: z.array(z.array(z.string().nullable())),
  })
  .meta({ id: 'Preview' })

export const Estimate = z
  .object({
    table: z.string(),
    rows: Count.nullable().meta({ description: "By the source's statistics; null: it cannot tell" }),
  })
  .meta({ id: 'Estimate' })

/** The columns of one report over time. */
export const SchemaView = z
  .object({
    table: z.string(),
    version: z
      .number()
      .int()
      .positive()
      .meta({ description: 'Counts up with every change; it stands in the manifest' }),
    columns: z.array(Column).meta({ description: 'As last delivered' }),
    changedAt: Instant.meta({ description: 'When this version was first seen' }),
    changes: z
      .array(SchemaChange)
      .meta({ description: 'What made this version of the one before; none for the first' }),
    executionId: Id.nullable().meta({ description: 'The execution that noticed it' }),
    refused: z
      .object({ at: Instant, changes: z.array(SchemaChange) })
      .nullable()
      .meta({ description: 'Changes that the policy does not allow, since a delivery last failed by them' }),
  })
  .meta({ id: 'ReportSchema' })

export type SourceKindView = z.output<typeof SourceKindView>
export type SourceView = z.output<typeof SourceView>
export type SourceReports = z.output<typeof SourceReports>
export type Preview = z.output<typeof Preview>
export type Estimate = z.output<typeof Estimate>
export type SchemaView = z.output<typeof SchemaView>
