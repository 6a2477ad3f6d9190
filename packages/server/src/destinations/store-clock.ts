/** How far the clock of this machine is ahead of that of a store. */
export interface StoreSkew {
  /** Its host, as it was asked. */
  readonly store: string
  readonly aheadMs: number
}

/** What was heard longer ago says nothing of now. */
const GOOD_MS = 60 * 60_000

/**
 * What stores say of the time: every answer of S3 has a date, and signatures that are a quarter of an hour off are refused
 * (RequestTimeTooSkewed). Kept for the process, the last word of each store.
 */
export class StoreClock {
  readonly #heard = new Map<string, StoreSkew & { readonly at: number }>()

  /** `date`: the header of an answer that has just arrived. */
  hear(store: string, date: string | undefined): void {
    const time = Date.parse(date ?? '')
    if (Number.isNaN(time)) return
    // The header has whole seconds, so half a second is the best guess
    this.#heard.set(store, { store, aheadMs: Math.round(Date.now() - time - 500), at: performance.now() })
  }

  /** Of the store whose clock differs most; undefined: none was heard within the hour. */
  worst(): StoreSkew | undefined {
    const since = performance.now() - GOOD_MS
    const recent = [...this.#heard.values()].filter(({ at }) => at > since)
    return recent.toSorted((a, b) => Math.abs(b.aheadMs) - Math.abs(a.aheadMs))[0]
  }
}
