import { once } from 'node:events'
import pg from 'pg'

/** What may wait in the socket while more is inflated. */
const AHEAD_BYTES = 1024 * 1024

const COPY_DATA = 0x64
const COPY_DONE = 0x63
const COPY_FAIL = 0x66

/** Sends the bytes to a COPY FROM STDIN; gives back how many rows the server took. Throws what stopped it first. */
export function copyIn(client: pg.Client, statement: string, records: AsyncIterable<Uint8Array>): Promise<number> {
  const copy = new CopyIn(statement, records)
  client.query(copy)
  return copy.rowCount()
}

/** One of the driver's own queries, so that others may be on their way before it; a foreign one would have to wait. */
class CopyIn extends pg.Query {
  readonly #records: AsyncIterable<Uint8Array>
  readonly #answer: PromiseWithResolvers<number>
  readonly #ended = new AbortController()
  #sending: Promise<unknown> = Promise.resolve()

  constructor(statement: string, records: AsyncIterable<Uint8Array>) {
    const answer = Promise.withResolvers<number>()
    super(statement, (error: Error | undefined, result: pg.QueryResult | undefined) =>
      error ? answer.reject(error) : answer.resolve(result?.rowCount ?? 0),
    )
    this.#records = records
    this.#answer = answer
  }

  async rowCount(): Promise<number> {
    try {
      return await this.#answer.promise
    } catch (error) {
      this.#ended.abort()
      // Our own failure is why the server had to give up.
      throw (await this.#sending) ?? error
    }
  }

  handleCopyInResponse({ stream }: pg.Connection): void {
    this.#sending = this.#send(stream)
  }

  /** Gives back what went wrong with the records. */
  async #send(stream: pg.Connection['stream']): Promise<unknown> {
    const { signal } = this.#ended
    try {
      for await (const chunk of this.#records) {
        if (signal.aborted) return undefined
        stream.cork()
        stream.write(headOf(COPY_DATA, chunk.length))
        stream.write(chunk)
        stream.uncork()
        if (stream.writableLength > AHEAD_BYTES) await once(stream, 'drain', { signal })
      }
      stream.write(headOf(COPY_DONE, 0))
      return undefined
    } catch (error) {
      if (signal.aborted) return undefined
      // A message without words.
      stream.write(Buffer.concat([headOf(COPY_FAIL, 1), Buffer.alloc(1)]))
      return error
    }
  }
}

/** The letter of a message, and its length with these four bytes. */
function headOf(letter: number, length: number): Buffer {
  const head = Buffer.allocUnsafe(5)
  head[0] = letter
  head.writeUInt32BE(length + 4, 1)
  return head
}
