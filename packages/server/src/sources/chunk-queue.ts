/** So large that what is done for every chunk costs little beside what is done for its bytes. */
export const CHUNK_BYTES = 256 * 1024
/** So many may wait to be taken before the stream that they come from is paused. */
const MOST_WAITING = 4

/** What chunks come from. */
interface Pausable {
  pause(): unknown
  resume(): unknown
}

/**
 * What a connection has sent, as chunks for whoever iterates: it is paused while they are taken more slowly than they
 * come. A chunk is valid until the next one is asked for; its memory is used again.
 */
export class ChunkQueue implements AsyncIterable<Uint8Array> {
  readonly #stream: Pausable
  readonly #waiting: Buffer[] = []
  readonly #free: Buffer[] = []
  #end: { readonly error?: Error } | undefined
  #wake = () => {}

  constructor(stream: Pausable) {
    this.#stream = stream
  }

  /** A buffer of CHUNK_BYTES to fill. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES)
  }

  /** The part of a buffer that is filled. */
  offer(chunk: Buffer): void {
    if (this.#end) return
    this.#waiting.push(chunk)
    if (this.#waiting.length >= MOST_WAITING) this.#stream.pause()
    this.#wake()
  }

  get isOver(): boolean {
    return this.#end !== undefined
  }

  /** Ends the iteration after what is waiting. */
  finish(): void {
    this.#close({})
  }

  /** Ends the iteration now, whatever is waiting. */
  fail(error: Error): void {
    if (this.#end) return
    this.#waiting.length = 0
    this.#close({ error })
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#waiting.shift()
      if (this.#waiting.length < MOST_WAITING / 2) this.#stream.resume()
      if (chunk) {
        yield chunk
        if (chunk.buffer.byteLength === CHUNK_BYTES) this.#free.push(Buffer.from(chunk.buffer))
      } else if (this.#end?.error) throw this.#end.error
      else if (this.#end) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #close(end: { readonly error?: Error }): void {
    this.#end ??= end
    this.#stream.resume()
    this.#wake()
  }
}
