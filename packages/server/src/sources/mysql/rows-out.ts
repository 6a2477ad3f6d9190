import type { Duplex } from 'node:stream'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { BORROWED } from '../borrowing-socket.ts'
import { ChunkQueue } from '../chunk-queue.ts'
import { RowEncoder, type Encoding } from './row-encoder.ts'

const COM_QUERY = 3
const [EOF, ERROR, LOCAL_INFILE] = [0xfe, 0xff, 0xfb]
const HEADER_BYTES = 4
/** A payload of this length goes on in the next packet. */
const LONGEST_PAYLOAD = 0xffffff

/** What the server answers instead of rows. */
export class ServerError extends Error {
  readonly errno: number

  constructor(errno: number) {
    super(`MySQL error ${errno}`)
    this.errno = errno
  }
}

/**
 * One query whose rows come as CSV. The driver makes an object of every row, which costs several times what reading them
 * does, so its place on the socket is taken until the last row is in: packets are taken apart here. The driver must be
 * idle, and its connection must not have negotiated query attributes.
 */
export class RowsOut implements AsyncIterable<Uint8Array> {
  /** The rows that have come; the server does not count them. */
  rows = 0
  readonly #stream: Duplex
  readonly #queue: ChunkQueue
  readonly #encoder: RowEncoder
  readonly #width: number
  readonly #explain: (error: unknown) => Error
  readonly #driver: readonly ((bytes: Buffer) => void)[]
  /** Column definitions still to come; what follows is EOF, then rows. */
  #state: 'count' | 'columns' | 'rows' = 'count'
  #columns = 0
  /** The beginning of a packet that is not whole yet. */
  #rest: Buffer = Buffer.alloc(0)
  /** Payloads of a row that is longer than a packet. */
  #parts: Buffer[] = []

  constructor(
    stream: Duplex,
    sql: string,
    header: string,
    encodings: readonly Encoding[],
    explain: (error: unknown) => Error,
  ) {
    this.#stream = stream
    this.#queue = new ChunkQueue(stream)
    this.#encoder = new RowEncoder(encodings, this.#queue)
    this.#width = encodings.length
    this.#explain = explain
    this.#encoder.raw(Buffer.from(header))
    this.#driver = stream.listeners('data') as ((bytes: Buffer) => void)[]
    for (const listener of this.#driver) stream.off('data', listener)
    stream.on('data', this.#listen).on(BORROWED, this.#listen).on('close', this.#lost)
    if (stream.destroyed) {
      this.#lost()
      return
    }
    const text = Buffer.from(sql)
    const packet = Buffer.allocUnsafe(HEADER_BYTES + 1 + text.length)
    packet.writeUIntLE(text.length + 1, 0, 3)
    packet[3] = 0
    packet[4] = COM_QUERY
    text.copy(packet, HEADER_BYTES + 1)
    stream.write(packet)
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#queue[Symbol.asyncIterator]()
  }

  /** Ends the iteration now with this error, whatever is still to come. */
  fail(error: Error): void {
    this.#release()
    this.#queue.fail(error)
  }

  readonly #listen = (bytes: Buffer): void => {
    if (this.#queue.isOver) return
    try {
      this.#receive(bytes)
    } catch (error) {
      this.fail(this.#explain(error))
      this.#stream.destroy()
    }
  }

  readonly #lost = (): void => {
    const { errored } = this.#stream
    this.fail(errored ? this.#explain(errored) : new DataHubError('source.interrupted', 'read the rows'))
  }

  #receive(bytes: Buffer): void {
    let at = this.#rest.length === 0 ? 0 : this.#completeRest(bytes)
    while (bytes.length - at >= HEADER_BYTES && !this.#queue.isOver) {
      const stop = at + HEADER_BYTES + payloadLength(bytes, at)
      if (stop > bytes.length) break
      this.#payload(bytes, at + HEADER_BYTES, stop)
      at = stop
    }
    // What was lent is overwritten by the next read
    if (at < bytes.length) this.#rest = Buffer.concat([this.#rest, bytes.subarray(at)])
  }

  /** Takes from `bytes` what the packet that began before them still lacks; answers how much that was. */
  #completeRest(bytes: Buffer): number {
    let at = 0
    for (;;) {
      const { length } = this.#rest
      const whole = length < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + payloadLength(this.#rest, 0)
      if (length >= HEADER_BYTES && length === whole) break
      if (at === bytes.length) return at
      const taken = Math.min(whole - length, bytes.length - at)
      this.#rest = Buffer.concat([this.#rest, bytes.subarray(at, at + taken)])
      at += taken
    }
    const packet = this.#rest
    this.#rest = Buffer.alloc(0)
    this.#payload(packet, HEADER_BYTES, packet.length)
    return at
  }

  #payload(from: Buffer, start: number, end: number): void {
    const isCut = end - start === LONGEST_PAYLOAD
    if (!isCut && this.#parts.length === 0) return this.#packet(from, start, end)
    this.#parts.push(Buffer.from(from.subarray(start, end)))
    if (isCut) return
    const whole = Buffer.concat(this.#parts)
    this.#parts = []
    this.#packet(whole, 0, whole.length)
  }

  #packet(from: Buffer, start: number, end: number): void {
    const first = from[start]
    if (first === ERROR) throw new ServerError(from.readUInt16LE(start + 1))
    if (this.#state === 'rows') {
      if (first === EOF && end - start < 9) return this.#complete()
      this.#encoder.row(from, start, end)
      this.rows += 1
    } else if (this.#state === 'columns') {
      if (this.#columns === 0) this.#state = 'rows'
      else this.#columns -= 1
    } else {
      // A server that asks for a file of ours (LOCAL INFILE) gets nothing, and is not asked anything more
      const count = first === 0xfc ? from.readUInt16LE(start + 1) : first
      if (first === LOCAL_INFILE || count !== this.#width) {
        throw new DataHubError('source.incomplete', 'read the rows as they were planned')
      }
      this.#state = 'columns'
      this.#columns = this.#width
    }
  }

  #complete(): void {
    this.#encoder.flush()
    this.#release()
    this.#queue.finish()
  }

  /** Gives the socket back to the driver. */
  #release(): void {
    this.#stream.off('data', this.#listen).off(BORROWED, this.#listen).off('close', this.#lost)
    for (const listener of this.#driver) {
      if (!this.#stream.listeners('data').includes(listener)) this.#stream.on('data', listener)
    }
  }
}

function payloadLength(bytes: Buffer, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16)
}
