/** What a package may be at most, in absolute numbers. Never a ratio: an honest report compresses 293 to 1. */
export interface Limits {
  readonly packageMaxBytes: number
  /** Of all its CSVs together, as they are without compression. */
  readonly contentMaxBytes: number
  readonly maxFiles: number
}

export const LIMITS: Limits = { packageMaxBytes: 64e9, contentMaxBytes: 512e9, maxFiles: 1_000 }
