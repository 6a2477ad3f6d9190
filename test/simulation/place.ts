import { syncLogName, taskDirectory } from '@datahub/core/bucket/names'
import type { SyncLogRow } from '@datahub/core/bucket/sync-log'

export const TASK = 1

/** A destination, and what a reader of the task's directory there has seen. */
export class Place {
  readonly id: number
  readonly name: string
  readonly prefix: string
  readonly directory: string
  readonly logKey: string
  /** Rows of its log with their last word. */
  readonly seen = new Map<string, SyncLogRow>()
  /** Requests whose last word its log may lack: it could not be written when the task moved on. */
  readonly untold = new Set<string>()
  /** Whether there are such. */
  isGivenUp = false
  /** The customer has changed its log, and the hub has not written it since. */
  isEdited = false

  constructor(id: number, name: string, prefix: string) {
    this.id = id
    this.name = name
    this.prefix = prefix
    this.directory = taskDirectory(prefix, TASK)
    this.logKey = this.directory + syncLogName(TASK)
  }
}

/** Where the task may deliver; it begins at the first. */
export function somePlaces(): [Place, Place] {
  return [new Place(1, 'store', ''), new Place(2, 'other', 'elsewhere/')]
}
