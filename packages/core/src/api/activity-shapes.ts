import { z } from 'zod'
import { AuditEntryView } from './audit-routes.ts'
import { ExecutionView } from './execution-shapes.ts'
import { pageOf } from './values.ts'

export const ACTIVITY_KINDS = ['executions', 'changes'] as const

/** Something that was done by, to, or for a task: one of the two is null. */
const TaskDeed = z
  .object({
    execution: ExecutionView.nullable(),
    change: AuditEntryView.pick({
      id: true,
      at: true,
      actor: true,
      action: true,
      subject: true,
      outcome: true,
      before: true,
      after: true,
    }).nullable(),
  })
  .meta({ id: 'TaskDeed' })

export const TaskActivity = pageOf(TaskDeed).meta({ id: 'TaskActivity' })

export type TaskActivity = z.output<typeof TaskActivity>
