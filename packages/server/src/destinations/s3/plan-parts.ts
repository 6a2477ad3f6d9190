const MiB = 1024 * 1024

/** What stores demand of parts, with a margin for those that count otherwise. */
export interface PartLimits {
  /** What is not larger goes as one request. */
  readonly partMinBytes: number
  readonly partsMax: number
  readonly memoryBytes: number
}

/** Stores take 10,000 parts. */
export const PART_LIMITS: PartLimits = { partMinBytes: 8 * MiB, partsMax: 9_000, memoryBytes: 32 * MiB }

/** When the file outgrows its plan, the next one is for so many times as much: little is sent twice. */
const GROWTH = 8

export interface PartPlan {
  /** All parts but the last have this size: some stores insist on equal parts. */
  readonly partBytes: number
  /** There are never more. */
  readonly count: number
  /** Parts on their way at once: as many as fit into 32 MiB, one at least. */
  readonly inFlight: number
}

/** How a package of known size is cut. */
export function planParts(sizeBytes: number, limits = PART_LIMITS): PartPlan {
  const unit = Math.min(MiB, limits.partMinBytes)
  const partBytes = Math.max(limits.partMinBytes, Math.ceil(sizeBytes / limits.partsMax / unit) * unit)
  return planOf(partBytes, Math.max(1, Math.ceil(sizeBytes / partBytes)), limits)
}

/**
 * How a package is cut of which nobody knows how large it will be: for twice as much as is expected, 70 GiB at least.
 * One that grows beyond has to begin again with `planMore`, because parts must be equal and their number is limited.
 */
export function planUnknown(expectedBytes: number, limits = PART_LIMITS): PartPlan {
  return planOf(planParts(2 * expectedBytes, limits).partBytes, limits.partsMax, limits)
}

export function planMore({ partBytes }: PartPlan, limits = PART_LIMITS): PartPlan {
  return planOf(GROWTH * partBytes, limits.partsMax, limits)
}

function planOf(partBytes: number, count: number, { memoryBytes }: PartLimits): PartPlan {
  return { partBytes, count, inFlight: Math.min(count, Math.max(1, Math.floor(memoryBytes / partBytes))) }
}
