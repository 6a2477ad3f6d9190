const MiB = 1024 * 1024

/** What is not larger goes as one request. */
const PART_MIN_BYTES = 8 * MiB
/** Stores take 10,000 parts; the margin is for those that count otherwise. */
const PARTS_MAX = 9_000
const MEMORY_BYTES = 32 * MiB

export interface PartPlan {
  /** All parts but the last have this size: some stores insist on equal parts. */
  readonly partBytes: number
  readonly count: number
  /** Parts on their way at once: as many as fit into 32 MiB, one at least. */
  readonly inFlight: number
}

/** How a package of known size is cut. */
export function planParts(sizeBytes: number): PartPlan {
  const partBytes = Math.max(PART_MIN_BYTES, Math.ceil(sizeBytes / PARTS_MAX / MiB) * MiB)
  const count = Math.max(1, Math.ceil(sizeBytes / partBytes))
  return { partBytes, count, inFlight: Math.min(count, Math.max(1, Math.floor(MEMORY_BYTES / partBytes))) }
}
