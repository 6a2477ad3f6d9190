import { z } from 'zod'
import { DestinationView } from './destination-shapes.ts'
import { ExecutionView } from './execution-shapes.ts'
import { SystemView } from './hub-shapes.ts'
import { SourceView } from './source-shapes.ts'
import { TaskView } from './task-shapes.ts'
import { Count, Instant } from './values.ts'

/** What those who run the hub see of it: its processes, its queue, what it removes, its settings. */

const NOTICES = ['no_worker', 'no_dispatcher', 'store_full', 'clock', 'versions', 'time_zones'] as const

export const Notice = z
  .object({
    code: z.enum(NOTICES).meta({
      description:
        'no_worker, no_dispatcher: no process alive that delivers, or that starts what is due; store_full: less than a GB is free where packages are staged; clock: a clock differs from the database’s by more than 5 s; versions: processes of different versions; time_zones: processes with different time zone data',
    }),
    processes: Count.meta({ description: 'How many processes it concerns' }),
  })
  .meta({ id: 'Notice' })

export const ProcessView = z
  .object({
    name: z.string().meta({ description: 'Host and process id: what attempts call their worker' }),
    version: z.string(),
    node: z.string(),
    timeZones: z.string().meta({ description: 'The release of the time zone data, such as 2026a' }),
    services: z.array(z.string()),
    slots: Count.meta({ description: 'Executions that it works on at a time; 0: none' }),
    busy: Count,
    startedAt: Instant,
    seenAt: Instant.meta({
      description: 'Its last sign of life, by the clock of the database; it gives one every 10 s',
    }),
    isAlive: z.boolean().meta({ description: 'false: three signs of life are missing' }),
    clockOffMs: z.number().int().meta({ description: 'How far its clock is ahead of the database’s' }),
    freeBytes: Count.nullable().meta({ description: 'Where it stages packages; null: it could not tell' }),
  })
  .meta({ id: 'Process' })

export const QueueView = z.object({
  waiting: Count,
  retrying: Count.meta({ description: 'Failed, and waiting for another attempt' }),
  running: Count,
  oldestSeconds: z.number().nonnegative().meta({ description: 'How long the oldest has waited; 0: none waits' }),
  logsBehind: Count.meta({ description: 'Sync logs that are still to be written' }),
})

export const REMAINS = [
  'packages',
  'uploads',
  'alerts',
  'refreshTokens',
  'throttles',
  'processes',
  'executions',
  'audit',
] as const

export const RetentionView = z
  .object({
    what: z.enum(REMAINS).meta({
      description:
        'packages: staged ones; uploads: parts left in storages; refreshTokens: those that services handed out, which nobody has used since; throttles: counters of attempts; audit: entries of the audit log',
    }),
    kept: z.enum(['until_over', 'days', 'for_ever']).meta({ description: 'until_over: until its execution is over' }),
    days: Count.nullable(),
    lookedAt: Instant.nullable().meta({ description: 'When the cleaner last looked; null: not yet, or never' }),
    removedAt: Instant.nullable().meta({ description: 'When it last removed some' }),
    removed: Count.meta({ description: 'How many it has removed so far' }),
  })
  .meta({ id: 'Retention' })

export const SettingView = z
  .object({
    name: z.string(),
    value: z.string().nullable().meta({ description: 'null: not set, or a secret; addresses without passwords' }),
    isSet: z.boolean(),
    isSecret: z.boolean(),
    origin: z
      .enum(['default', 'environment', 'file', 'option'])
      .meta({ description: 'file: the one that <name>_FILE names; option: of the command line' }),
  })
  .meta({ id: 'Setting' })

export const OperationView = z
  .object({
    processes: z.array(ProcessView),
    queue: QueueView,
    retention: z.array(RetentionView),
    settings: z.array(SettingView).meta({ description: 'Those of the process that has answered' }),
    versions: z.object({
      hub: z.string(),
      node: z.string(),
      database: z.string(),
      schema: z.string().meta({ description: 'The newest migration' }),
    }),
  })
  .meta({ id: 'Operation' })

export const DIAGNOSTICS_FORMAT = 'datahub-diagnostics/1'

export const Diagnostics = z
  .object({
    format: z.literal(DIAGNOSTICS_FORMAT),
    madeAt: Instant,
    system: SystemView,
    notices: z.array(Notice),
    operation: OperationView,
    sources: z.array(SourceView),
    destinations: z.array(DestinationView),
    tasks: z.array(TaskView).meta({ description: 'The first thousand of the workspace' }),
    failed: z.array(ExecutionView).meta({ description: 'The newest executions that failed, at most 200' }),
    log: z
      .array(z.record(z.string(), z.unknown()))
      .meta({ description: 'The last 500 warnings and errors of the process that has answered' }),
  })
  .meta({ id: 'Diagnostics', description: 'What helps others to help: no secret is in it' })

export type Notice = z.output<typeof Notice>
export type ProcessView = z.output<typeof ProcessView>
export type QueueView = z.output<typeof QueueView>
export type RetentionView = z.output<typeof RetentionView>
export type SettingView = z.output<typeof SettingView>
export type OperationView = z.output<typeof OperationView>
export type Diagnostics = z.output<typeof Diagnostics>
