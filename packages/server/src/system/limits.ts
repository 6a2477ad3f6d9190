/** Below this a large package may no longer fit where it is staged. */
export const LEAST_FREE_BYTES = 1 << 30

/** What clocks that follow a time server never differ by. */
export const MOST_SKEW_MS = 5000

/** The same of a storage, whose answers have whole seconds and may have been on their way for some. */
export const MOST_STORE_SKEW_MS = 30_000
