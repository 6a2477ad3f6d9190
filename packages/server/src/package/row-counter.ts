/** What a piece of a CSV says of its rows, as if no quote were open before it. */
export interface RowScan {
  readonly isEmpty: boolean
  readonly unquotedLineFeeds: number
  readonly quotedLineFeeds: number
  /** Whether it has an odd number of quotes. */
  readonly opensQuote: boolean
  readonly endsInLineFeed: boolean
}

/**
 * Counts the records of a CSV from scans of its pieces, in order. A line feed ends a record unless it stands between
 * quotes, and a doubled quote inside a field leaves the field and enters it again, so that the parity of quotes is all
 * there is to know. A piece that begins between quotes has inside what its scan says is outside.
 */
export class RowCounter {
  #lineFeeds = 0
  #isQuoted = false
  #endsInLineFeed = true

  add(scan: RowScan): void {
    if (scan.isEmpty) return
    this.#lineFeeds += this.#isQuoted ? scan.quotedLineFeeds : scan.unquotedLineFeeds
    this.#isQuoted = this.#isQuoted !== scan.opensQuote
    this.#endsInLineFeed = scan.endsInLineFeed
  }

  /** Rows so far, without the header. A last line without a line feed is a row too. */
  get rows(): number {
    return Math.max(0, this.#lineFeeds + (this.#endsInLineFeed ? 0 : 1) - 1)
  }

  /** Whether a quote is open: nothing whole ends so. */
  get insideQuotes(): boolean {
    return this.#isQuoted
  }
}
