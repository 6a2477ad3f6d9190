import { isUtf8 } from 'node:buffer'
import { CHUNK_BYTES, type ChunkQueue } from '../chunk-queue.ts'

/**
 * How the text that MySQL sends for a value becomes our dialect's:
 * `plain` as it is; `text` quoted where needed; `date` and `instant` without zero dates, and an instant with its offset;
 * `bytes` as hexadecimal digits; `bits` as a number.
 */
export type Encoding = 'plain' | 'text' | 'date' | 'instant' | 'bytes' | 'bits'

const [COMMA, QUOTE, LF, CR, ZERO, PLUS] = [0x2c, 0x22, 0x0a, 0x0d, 0x30, 0x2b]
const NULL = 0xfb
const HEX = Buffer.from('0123456789abcdef')
/** What a field may be longer by in CSV than on the wire, apart from doubling. */
const FIELD_EXTRA = 20

/** What is wrong with a value; the column is told by its index. */
export class UnwritableValue extends Error {
  readonly index: number | undefined
  readonly kind: 'partial date' | 'not UTF-8'

  constructor(kind: 'partial date' | 'not UTF-8', index?: number) {
    super(kind)
    this.kind = kind
    this.index = index
  }
}

/** Rows of MySQL's text protocol into CSV, from buffer to buffer: no string and no object is made of a value. */
export class RowEncoder {
  readonly #encodings: readonly Encoding[]
  readonly #queue: ChunkQueue
  #out: Buffer
  #length = 0

  constructor(encodings: readonly Encoding[], queue: ChunkQueue) {
    this.#encodings = encodings
    this.#queue = queue
    this.#out = queue.take()
  }

  /** Bytes that are CSV already, such as the header. */
  raw(bytes: Buffer): void {
    this.#reserve(bytes.length)
    this.#length += bytes.copy(this.#out, this.#length)
  }

  /** One row: the payload of a packet. Throws UnwritableValue, or a RangeError when it does not have our columns. */
  row(from: Buffer, start: number, end: number): void {
    const encodings = this.#encodings
    this.#reserve((end - start) * 2 + encodings.length * FIELD_EXTRA)
    const out = this.#out
    let to = this.#length
    let at = start
    for (let index = 0; index < encodings.length; index += 1) {
      if (index > 0) out[to++] = COMMA
      let length = from[at++] ?? NULL
      if (length === NULL) continue
      if (length > NULL) {
        const bytes = length === 0xfc ? 2 : length === 0xfd ? 3 : 8
        length = bytes === 8 ? Number(from.readBigUInt64LE(at)) : from.readUIntLE(at, bytes)
        at += bytes
      }
      const stop = at + length
      if (stop > end) throw new RangeError('a field that ends beyond its row')
      const encoding = encodings[index]
      if (encoding === 'plain') while (at < stop) out[to++] = from[at++] as number
      else if (encoding === 'text') to = writeText(from, at, stop, out, to)
      else if (encoding === 'bytes') to = writeHex(from, at, stop, out, to)
      else if (encoding === 'bits') to = writeBits(from, at, stop, out, to)
      else to = writeDate(from, at, stop, out, to, index, encoding === 'instant')
      at = stop
    }
    if (at !== end) throw new RangeError('a row of other columns')
    out[to++] = LF
    this.#length = to
  }

  /** Hands on what is there. Rows never go over the edge of a chunk, so each is whole text. */
  flush(): void {
    if (this.#length === 0) return
    const chunk = this.#out.subarray(0, this.#length)
    if (!isUtf8(chunk)) throw new UnwritableValue('not UTF-8')
    this.#queue.offer(chunk)
    this.#out = this.#queue.take()
    this.#length = 0
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#out.length) return
    this.flush()
    if (bytes > CHUNK_BYTES) this.#out = Buffer.allocUnsafeSlow(bytes)
  }
}

function writeText(from: Buffer, start: number, stop: number, out: Buffer, begin: number): number {
  let to = begin
  let at = start
  while (at < stop) {
    const byte = from[at] as number
    if (byte === QUOTE || byte === COMMA || byte === LF || byte === CR) break
    out[to++] = byte
    at += 1
  }
  if (at === stop && stop > start) return to
  to = begin
  out[to++] = QUOTE
  for (at = start; at < stop; at += 1) {
    const byte = from[at] as number
    if (byte === QUOTE) out[to++] = QUOTE
    out[to++] = byte
  }
  out[to++] = QUOTE
  return to
}

function writeHex(from: Buffer, start: number, stop: number, out: Buffer, begin: number): number {
  let to = begin
  if (start === stop) {
    out[to++] = QUOTE
    out[to++] = QUOTE
  }
  for (let at = start; at < stop; at += 1) {
    const byte = from[at] as number
    out[to++] = HEX[byte >> 4] as number
    out[to++] = HEX[byte & 15] as number
  }
  return to
}

function writeBits(from: Buffer, start: number, stop: number, out: Buffer, begin: number): number {
  let number = 0n
  for (let at = start; at < stop; at += 1) number = number * 256n + BigInt(from[at] as number)
  return begin + out.write(String(number), begin, 'latin1')
}

/** `0000-00-00` is MySQL's way to say that there is no date; a month or day of 00 alone is a date that nobody can read. */
function writeDate(
  from: Buffer,
  start: number,
  stop: number,
  out: Buffer,
  begin: number,
  index: number,
  isInstant: boolean,
): number {
  const noMonth = from[start + 5] === ZERO && from[start + 6] === ZERO
  const noDay = from[start + 8] === ZERO && from[start + 9] === ZERO
  if (noMonth || noDay) {
    const noYear = from.toString('latin1', start, start + 4) === '0000'
    if (noYear && noMonth && noDay) return begin
    throw new UnwritableValue('partial date', index)
  }
  let to = begin
  for (let at = start; at < stop; at += 1) out[to++] = from[at] as number
  if (!isInstant) return to
  // Byte by byte: to write a text of three is a call that costs more than the row's other dates
  out[to++] = PLUS
  out[to++] = ZERO
  out[to++] = ZERO
  return to
}
