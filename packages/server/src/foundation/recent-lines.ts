import type { DestinationStream } from 'pino'

/** The last lines of the log, as they were written: for the bundle that helps others to help. */
export class RecentLines implements DestinationStream {
  readonly #most: number
  readonly #lines: string[] = []

  constructor(most: number) {
    this.#most = most
  }

  write(line: string): void {
    this.#lines.push(line)
    if (this.#lines.length > this.#most) this.#lines.shift()
  }

  /** The oldest first. */
  read(): Record<string, unknown>[] {
    return this.#lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  }
}
