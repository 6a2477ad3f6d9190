import { z } from 'zod'
import { AlertChannelDefinition } from '../alert/channel.ts'
import { NAME } from '../bucket/names.ts'
import { FreeName } from '../free-name.ts'
import { DEFAULT_SCHEMA_POLICY, SCHEMA_POLICIES } from '../source/schema-change.ts'
import { CHUNKS } from './chunks.ts'
import { Day, Schedule, TimeZone } from './schedule.ts'

/** What a person writes to define sources, destinations and tasks: the body of the API and of `hub.yaml` alike. */

/** Names that stand in file names and SQL: data sources and tables. */
const SlugName = z
  .string()
  .regex(
    NAME,
    'must start with a letter a-z and hold only a-z, 0-9 and _ (at most 63), because it becomes part of file names',
  )

const DEFAULT_MAX_RANGE_DAYS = 366

export const SourceDefinition = z.strictObject({
  name: SlugName,
  kind: z
    .string()
    .meta({ description: 'postgres, mysql, duckdb, report-api, amazon-ads or sample', examples: ['postgres'] }),
  connection: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({ description: 'Fields of the kind; secret ones are never given back' }),
  maxRangeDays: z
    .number()
    .int()
    .min(1)
    .max(3660)
    .default(DEFAULT_MAX_RANGE_DAYS)
    .meta({ description: 'The longest range of one push, in days' }),
  schemaChanges: z.enum(SCHEMA_POLICIES).default(DEFAULT_SCHEMA_POLICY).meta({
    description:
      'What a delivery does when the columns of a report are not those of the last one. allow-additions: new columns are delivered, lost or retyped ones fail it; refuse: any change fails it; new-version: delivers whatever there is. Every change is told and counted in the manifest',
  }),
  reports: z
    .array(z.record(z.string(), z.unknown()))
    .default([])
    .meta({ description: 'One entry per report; sources that bring their own may leave it out' }),
})

export const DestinationDefinition = z
  .looseObject({
    name: FreeName,
    kind: z.string().meta({ description: 's3 or filesystem', examples: ['s3'] }),
  })
  .meta({ description: 'Name, kind, and the fields of the kind; secret ones are never given back' })

export const DEFAULT_PARALLEL = 4

/** How many executions of one push may be under way at a time. */
export const Parallel = z.number().int().min(1).max(32)

export const OneTime = z.strictObject({
  from: Day.meta({ description: 'The first day' }),
  to: Day.meta({ description: 'The last day, included' }),
  timeZone: TimeZone.default('UTC').meta({ description: 'The zone in which the days are cut' }),
  chunk: z.enum(CHUNKS).optional().meta({ description: 'One package per day, week, month, or (absent) for the whole' }),
  parallel: Parallel.optional().meta({ description: 'How many of its packages are made at a time; absent: 4' }),
})

export const TaskDefinition = z
  .strictObject({
    name: FreeName,
    source: SlugName,
    destination: FreeName,
    reports: z
      .array(SlugName)
      .min(1)
      .optional()
      .meta({ description: 'Tables of the source to deliver; all of them where absent' }),
    schedule: Schedule.optional(),
    oneTime: OneTime.optional(),
    paused: z.boolean().optional().meta({ description: 'Create it paused; absent leaves an existing task as it is' }),
    pauseAfterFailures: z.number().int().min(0).max(100).optional().meta({
      description:
        'After how many scheduled executions in a row that failed with what only a change helps against it pauses by itself; 0: never; absent: DATAHUB_PAUSE_AFTER_FAILURES',
    }),
    lateAfterMinutes: z.number().int().min(0).max(44_640).optional().meta({
      description: 'How long after its time a delivery is late; 0: never; absent: DATAHUB_LATE_AFTER_MINUTES',
    }),
  })
  .refine((task) => (task.schedule === undefined) !== (task.oneTime === undefined), {
    error: 'must have either schedule (recurring) or oneTime (one-time push)',
    path: ['schedule'],
  })

export const HubDefinition = z.strictObject({
  sources: z.array(SourceDefinition).default([]),
  destinations: z.array(DestinationDefinition).default([]),
  tasks: z.array(TaskDefinition).default([]),
  alertChannels: z.array(AlertChannelDefinition).default([]),
})

export type SourceDefinition = z.output<typeof SourceDefinition>
export type DestinationDefinition = z.output<typeof DestinationDefinition>
export type TaskDefinition = z.output<typeof TaskDefinition>
export type OneTime = z.output<typeof OneTime>
export type HubDefinition = z.output<typeof HubDefinition>
