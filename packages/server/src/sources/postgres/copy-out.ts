import type { Duplex } from 'node:stream'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type pg from 'pg'
import { BORROWED } from '../borrowing-socket.ts'
import { ChunkQueue } from '../chunk-queue.ts'

const COPY_DATA = 0x64
const COPY_OUT_RESPONSE = 0x48
const HEADER_BYTES = 5

/**
 * `COPY … TO STDOUT` as chunks of 256 KB, for `pg.Client.query`. PostgreSQL sends one message per row; they are taken
 * apart here, off the socket, because one object per row costs pg twice the time. Any message but data is handed back to pg.
 * Ends only when the server says the command is complete; `explain` turns what pg reports into what the iteration throws.
 */
export class CopyOut implements AsyncIterable<Uint8Array> {
  /** The server's count of rows, once the iteration has ended. */
  rows = 0
  readonly #sql: string
  readonly #explain: (error: unknown) => Error
  readonly #queue = new ChunkQueue({ pause: () => this.#stream?.pause(), resume: () => this.#stream?.resume() })
  readonly #gathered = new Gatherer(this.#queue)
  #stream: Duplex | undefined
  #isComplete = false
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

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#queue[Symbol.asyncIterator]()
  }

  /** Ends the iteration now with this error, whatever is still to come. */
  fail(error: Error): void {
    if (this.#queue.isOver) return
    this.#release()
    this.#queue.fail(error)
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
    if (this.#queue.isOver) return
    this.#gathered.flush()
    if (this.#isComplete) this.#queue.finish()
    else this.#queue.fail(new DataHubError('source.incomplete', 'read the rows to their end'))
  }

  handleError(error: unknown): void {
    this.fail(this.#explain(error))
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
}

/** Moves bytes together into chunks that are full. */
class Gatherer {
  readonly #queue: ChunkQueue
  #chunk: Buffer
  #length = 0

  constructor(queue: ChunkQueue) {
    this.#queue = queue
    this.#chunk = queue.take()
  }

  add(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const copied = bytes.copy(this.#chunk, this.#length, at)
      at += copied
      this.#length += copied
      if (this.#length === this.#chunk.length) this.flush()
    }
  }

  flush(): void {
    if (this.#length === 0) return
    this.#queue.offer(this.#chunk.subarray(0, this.#length))
    this.#chunk = this.#queue.take()
    this.#length = 0
  }
}
