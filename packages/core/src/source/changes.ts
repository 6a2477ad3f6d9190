/** Asks a source which past days have changed. */
export interface ChangeRequest {
  /** Tables of the reports that the asker delivers. */
  readonly tables: readonly string[]
  /** Changes after this instant, by the source's clock; null: all. */
  readonly since: Date | null
  /** Days from this one on (`YYYY-MM-DD`), as the zone cuts them. */
  readonly firstOn: string
  readonly timeZone: string
  /**
   * Changes as old as this at least: a transaction that began before them and has not ended yet may still bring others of
   * the same time.
   */
  readonly settleMs: number
}

/** A day in which rows have changed, and the time of the last of these changes by the source's clock. */
export interface ChangedDay {
  readonly on: string
  readonly changedAt: Date
}

export interface Changes {
  readonly days: readonly ChangedDay[]
  /** Up to when the source has looked, by its own clock. */
  readonly until: Date
}
