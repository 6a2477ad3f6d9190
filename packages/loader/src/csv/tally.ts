import { createHash } from 'node:crypto'
import { parseRecords } from '@datahub/core/bucket/csv'
import { Refusal } from '../problem.ts'

/** What went by, for comparison with what was promised. */
export interface CsvFacts {
  /** Without the header. */
  readonly rows: number
  /** With the header. */
  readonly sizeBytes: number
  /** Hexadecimal, of the file as it is in the package. */
  readonly sha256: string
  /** Rows whose date lies outside of the cut, or which have none. */
  readonly rowsOutside: number
}

/** The rows that a data range lets in, by the text of one column: `from` is in, `to` is not. */
export interface CsvCut {
  readonly columnIndex: number
  readonly from: string
  readonly to: string
}

export interface Tally {
  /** The records after the header, bytes untouched. The header has been compared before the first of them comes. */
  readonly records: AsyncIterable<Uint8Array>
  /** Known once `records` has ended. */
  facts(): CsvFacts
}

const QUOTE = 0x22
const COMMA = 0x2c
const LF = 0x0a
const HEADER_MAX_BYTES = 1024 * 1024

/**
 * Counts, hashes and judges a CSV of our dialect while it goes by. Throws a Refusal when the header is not the one
 * expected, or the file ends inside a quoted field.
 */
export function tally(chunks: AsyncIterable<Uint8Array>, header: readonly string[], cut?: CsvCut): Tally {
  const hash = createHash('sha256')
  const scan = new RecordScan(cut)
  let sizeBytes = 0
  let sha256 = ''

  async function* records(): AsyncGenerator<Uint8Array> {
    let head: Buffer | undefined = Buffer.alloc(0)
    for await (const chunk of chunks) {
      hash.update(chunk)
      sizeBytes += chunk.length
      if (head === undefined) {
        scan.add(chunk)
        yield chunk
        continue
      }
      head = Buffer.concat([head, chunk])
      const end = endOfRecord(head)
      if (end === -1) {
        if (head.length > HEADER_MAX_BYTES) throw new Refusal('the header of a CSV is longer than 1 MB')
        continue
      }
      requireHeader(head.subarray(0, end), header)
      const rest = head.subarray(end)
      head = undefined
      scan.add(rest)
      if (rest.length > 0) yield rest
    }
    if (head !== undefined) requireHeader(head, header)
    scan.end()
    sha256 = hash.digest('hex')
  }

  return { records: records(), facts: () => ({ rows: scan.rows, sizeBytes, sha256, rowsOutside: scan.rowsOutside }) }
}

/** The offset after the first record's line feed, -1 when it is not whole yet. */
function endOfRecord(bytes: Uint8Array): number {
  let quoted = false
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === QUOTE) quoted = !quoted
    else if (bytes[at] === LF && !quoted) return at + 1
  }
  return -1
}

function requireHeader(bytes: Uint8Array, expected: readonly string[]): void {
  const found = readHeader(bytes)
  if (found.length === expected.length && found.every((name, at) => name === expected[at])) return
  const differs = expected.findIndex((name, at) => name !== found[at])
  const where =
    differs === -1
      ? `it has ${found.length} columns instead of ${expected.length}`
      : `column ${differs + 1} is ${JSON.stringify(found[differs] ?? null)} instead of ${JSON.stringify(expected[differs])}`
  throw new Refusal(`the header of the CSV is not the one the manifest has: ${where}`)
}

/** The names on a CSV's first line; a name that is absent is the empty string. */
function readHeader(bytes: Uint8Array): string[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
    return (parseRecords(text)[0] ?? []).map((name) => name ?? '')
  } catch {
    throw new Refusal('the header of a CSV cannot be read')
  }
}

/** Finds the records in bytes that come in pieces, looking into one field of each. */
class RecordScan {
  rows = 0
  rowsOutside = 0
  readonly #cut: CsvCut | undefined
  #quoted = false
  #field = 0
  /** The part of the looked-at field that earlier chunks held. */
  #before = ''
  #inRecord = false

  constructor(cut: CsvCut | undefined) {
    this.#cut = cut
  }

  add(chunk: Uint8Array): void {
    const wanted = this.#cut?.columnIndex ?? -1
    let quoted = this.#quoted
    let field = this.#field
    let startAt = 0
    let lastEnd = -1
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number
      if (byte > COMMA) continue
      if (byte === QUOTE) quoted = !quoted
      else if (quoted) continue
      else if (byte === COMMA) {
        if (field === wanted) this.#judge(chunk, startAt, at)
        field += 1
        startAt = at + 1
      } else if (byte === LF) {
        if (field === wanted) this.#judge(chunk, startAt, at)
        else if (field < wanted) this.rowsOutside += 1
        this.rows += 1
        field = 0
        startAt = at + 1
        lastEnd = at
      }
    }
    this.#inRecord = lastEnd === chunk.length - 1 && chunk.length > 0 ? false : this.#inRecord || chunk.length > 0
    if (field === wanted) this.#before += latin1(chunk, startAt, chunk.length)
    this.#quoted = quoted
    this.#field = field
  }

  end(): void {
    if (this.#quoted) throw new Refusal('a CSV ends inside a quoted field')
    if (this.#inRecord) this.add(new Uint8Array([LF]))
  }

  #judge(chunk: Uint8Array, from: number, to: number): void {
    const { from: first, to: end } = this.#cut as CsvCut
    let value = this.#before + latin1(chunk, from, to)
    this.#before = ''
    if (value.startsWith('"')) value = value.slice(1, -1)
    if (!(value >= first && value < end)) this.rowsOutside += 1
  }
}

function latin1(chunk: Uint8Array, from: number, to: number): string {
  return Buffer.from(chunk.buffer, chunk.byteOffset + from, to - from).toString('latin1')
}
