/** Windows of deflate, as powers of two: how far back a match may lie. */
const FAR_BITS = 15
const NEAR_BITS = 12

/** The blocks whose number leaves this remainder are compressed both ways: not the first ones, as most CSVs end there. */
const TRIED_EVERY = 32
const TRIED_AT = 4
/** More blocks later than any deflater has under way, so that the choice does not depend on how quick the threads are. */
const HOLDS_AFTER = 16
/** The near window takes a third less time; for that a file may grow a little. */
const GROWTH_ALLOWED = 1.02

/**
 * Which window the next block of a CSV is compressed with. Rows mostly resemble their neighbours; then a window of 4 KiB
 * takes a third less time and makes smaller files. But where a text comes again some hundred rows later, only the window
 * of 32 KiB finds it, and files would be twice as large. So it is tried out, again and again, since data change within a
 * file. The choice follows from the bytes alone.
 */
export class WindowChoice {
  #bits = FAR_BITS
  #block = -1
  #trial: Promise<boolean> | undefined

  /** The window of the next block, and the other one when the block should be tried with that, too. */
  async next(): Promise<{ bits: number; otherBits?: number }> {
    this.#block += 1
    const at = this.#block % TRIED_EVERY
    if (at === TRIED_AT + HOLDS_AFTER && (await this.#trial)) this.#bits = NEAR_BITS + FAR_BITS - this.#bits
    return at === TRIED_AT ? { bits: this.#bits, otherBits: NEAR_BITS + FAR_BITS - this.#bits } : { bits: this.#bits }
  }

  /** How many bytes the block takes that was tried: as it is, and with the other window. Failures are the block's own. */
  tried(bytes: Promise<number>, otherBytes: Promise<number>): void {
    const nearIsOther = this.#bits === FAR_BITS
    this.#trial = Promise.all([bytes, otherBytes]).then(([chosen, other]) =>
      nearIsOther ? other <= chosen * GROWTH_ALLOWED : other * GROWTH_ALLOWED < chosen,
    )
    this.#trial.catch(() => {})
  }
}
