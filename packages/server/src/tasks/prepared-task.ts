import type { TaskDefinition } from '@datahub/core/task/definition'
import type { TaskRecord } from './task-store.ts'

/** A definition that was found to be right. */
export interface PreparedTask {
  readonly definition: TaskDefinition
  readonly existing: TaskRecord | undefined
  /** Fields that differ from the existing task; `*` for a new one. */
  readonly changed: readonly string[]
}
