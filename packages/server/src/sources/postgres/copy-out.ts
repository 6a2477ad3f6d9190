import type { Duplex } from 'node:stream'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type pg from 'pg'
import { BORROWED } from '../borrowing-socket.ts'

/** Below the size from which the allocator asks the system for every single buffer. */
const CHUNK_BYTES = 64 * 1024
/** Chunks that may wait to be taken before the socket is paused. */
const WAITING_CHUNKS = 4

const COPY_DATA = 0x64
const COPY_OUT_RESPONSE = 0x48
const HEADER_BYTES = 5

/**
 * `COPY … TO STDOUT` as chunks of 64 KB, for `pg.Client.query`. PostgreSQL sends one message per row; they are taken
 * apart here, off the socket, because one object per row costs pg twice the time. Any message but data is handed back to pg.
 * Ends only when the server says the command is complete; `explain` turns what pg reports into what the iteration throws.
 */
export class CopyOut implements AsyncIterable<Uint8Array> {
  /** The server's count of rows, once the iteration has ended. */
  rows = 0
  readonly #sql: string
  readonly #explain: (error: unknown) => Error
  readonly #gathered = new Gatherer((chunk) => this.#offer(chunk))
  readonly #waiting: Uint8Array[] = []
  #stream: Duplex | undefined
  #isComplete = false
  #end: { readonly error?: Error } | undefined
  #wake = () => {}
  /** Takes pg's place on the socket while data comes; undefined before and after. */
  #intercept: ((bytes: Buffer) => void) | undefined
  #pgListener: ((bytes: Buffer) => void) | undefined
  /** Bytes of the present message still to come, and whether they are rows. */
  #unread = 0
  #isData = false
  readonly #header = Buffer.alloc(HEADER_BYTES)
  #headerBytes = 0

  constructor(sql: string, explain: (error: unknown) => Error) {
    this.#sql = sql
    this.#explain = explain
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#waiting.shift()
      if (this.#waiting.length <= 1) this.#stream?.resume()
      if (chunk) {
        yield chunk
        this.#gathered.takeBack(chunk)
      } else if (this.#end?.error) throw this.#end.error
      else if (this.#end) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** Ends the iteration now with this error, whatever is still to come. */
  fail(error: Error): void {
    if (this.#end) return
    this.#release()
    this.#waiting.length = 0
    this.#finish(error)
  }

  // What pg.Client calls.

  submit(connection: pg.Connection): void {
    this.#stream = connection.stream
    const [listener] = connection.stream.listeners('data') as ((bytes: Buffer) => void)[]
    if (listener) {
      this.#pgListener = listener
      this.#intercept = (bytes) => this.#receive(bytes)
      connection.stream.off('data', listener).on('data', this.#intercept).on(BORROWED, this.#intercept)
    }
    connection.query(this.#sql)
  }

  /** Data after a notice, when pg has the socket again: slower, and as good. */
  handleCopyData(message: { chunk: Buffer }): void {
    this.#gathered.add(message.chunk)
  }

  handleCommandComplete(message: { text: string }): void {
    const count = /^COPY (\d+)$/.exec(message.text)?.[1]
    this.#isComplete = count !== undefined
    this.rows = Number(count ?? 0)
  }

  handleReadyForQuery(): void {
    if (this.#end) return
    this.#gathered.flush()
    this.#finish(this.#isComplete ? undefined : new DataHubError('source.incomplete', 'read the rows to their end'))
  }

  handleError(error: unknown): void {
    if (this.#end) return
    this.#release()
    this.#finish(this.#explain(error))
  }

  /** Moves the rows in `bytes` together, in place, and gathers them with one copy. */
  #receive(bytes: Buffer): void {
    let at = 0
    let kept = 0
    while (at < bytes.length) {
      if (this.#unread > 0) {
        const length = Math.min(this.#unread, bytes.length - at)
        if (this.#isData) {
          if (kept !== at) bytes.copyWithin(kept, at, at + length)
          kept += length
        }
        at += length
        this.#unread -= length
      } else if (this.#headerBytes === 0 && bytes.length - at >= HEADER_BYTES && bytes[at] === COPY_DATA) {
        this.#isData = true
        this.#unread = bytes.readUInt32BE(at + 1) - 4
        at += HEADER_BYTES
      } else {
        this.#header[this.#headerBytes++] = bytes[at++] ?? 0
        if (this.#headerBytes < HEADER_BYTES) continue
        this.#headerBytes = 0
        this.#isData = this.#header[0] === COPY_DATA
        if (!this.#isData && this.#header[0] !== COPY_OUT_RESPONSE) {
          this.#gathered.add(bytes.subarray(0, kept))
          this.#release()
          this.#pgListener?.(Buffer.concat([this.#header, bytes.subarray(at)]))
          return
        }
        this.#unread = this.#header.readUInt32BE(1) - 4
      }
    }
    this.#gathered.add(bytes.subarray(0, kept))
  }

  #release(): void {
    if (!this.#intercept || !this.#pgListener) return
    this.#stream?.off('data', this.#intercept).off(BORROWED, this.#intercept).on('data', this.#pgListener)
    this.#intercept = undefined
  }

  #offer(chunk: Uint8Array): void {
    if (this.#end) return
    this.#waiting.push(chunk)
    if (this.#waiting.length >= WAITING_CHUNKS) this.#stream?.pause()
    this.#wake()
  }

  #finish(error: Error | undefined): void {
    this.#end = error ? { error } : {}
    this.#stream?.resume()
    this.#wake()
  }
}

/** Fills buffers and gives each away when it is full. Those that come back are filled again: new ones would keep the collector busy. */
class Gatherer {
  readonly #give: (chunk: Uint8Array) => void
  readonly #spare: Buffer<ArrayBuffer>[] = []
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  #length = 0

  constructor(give: (chunk: Uint8Array) => void) {
    this.#give = give
  }

  add(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const copied = bytes.copy(this.#chunk, this.#length, at)
      at += copied
      this.#length += copied
      if (this.#length === CHUNK_BYTES) this.flush()
    }
  }

  flush(): void {
    if (this.#length === 0) return
    this.#give(this.#chunk.subarray(0, this.#length))
    this.#chunk = this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES)
    this.#length = 0
  }

  takeBack(chunk: Uint8Array): void {
    this.#spare.push(Buffer.from(chunk.buffer as ArrayBuffer, 0, CHUNK_BYTES))
  }
}
