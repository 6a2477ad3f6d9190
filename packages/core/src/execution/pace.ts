/** How fast the reports come, and until when at that pace. */
export interface Pace {
  /** Of CSV, before it is packed. */
  readonly bytesPerSecond: number
  /** In 0…1; null: nothing to compare with, or it is too early to say. */
  readonly share: number | null
  /** Until they are packed, in milliseconds; null like `share`. */
  readonly etaMs: number | null
}

const EARLY_MS = 10_000
const EARLY_SHARE = 0.1

/**
 * `expectedBytes`: what the last delivery of as long a range had; null: there was none. A guess is told only after ten
 * seconds or a tenth of the way, and not any more when there is more than was expected. Undefined before anything came.
 */
export function paceOf(sizeBytes: number, elapsedMs: number, expectedBytes: number | null): Pace | undefined {
  if (sizeBytes <= 0 || elapsedMs <= 0) return undefined
  const bytesPerSecond = Math.round((sizeBytes / elapsedMs) * 1000)
  const share = expectedBytes === null || expectedBytes <= 0 ? null : sizeBytes / expectedBytes
  if (share === null || share > 1 || (share < EARLY_SHARE && elapsedMs < EARLY_MS))
    return { bytesPerSecond, share: null, etaMs: null }
  return { bytesPerSecond, share, etaMs: Math.round(elapsedMs / share - elapsedMs) }
}
