import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { RowCounter, type RowScan } from './row-counter.ts'

/** What is known of a CSV when it has gone by. */
export interface CsvTotals {
  /** Without the header. */
  readonly rows: number
  readonly sizeBytes: number
  readonly crc32: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** Counts and hashes a CSV from its own bytes, before they are compressed. */
export class CsvTally {
  readonly #counter = new RowCounter()
  readonly #hash = createHash('sha256')
  #crc32 = 0
  #sizeBytes = 0

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#crc32 = crc32(bytes, this.#crc32)
    this.#sizeBytes += bytes.length
  }

  /** The rows of bytes that were added: those are scanned elsewhere, and so known later. */
  addRows(scan: RowScan): void {
    this.#counter.add(scan)
  }

  /** Fails with `source.incomplete` when the CSV ends inside a quoted field. Call it once. */
  totals(): CsvTotals {
    if (this.#counter.insideQuotes) throw new DataHubError('source.incomplete', 'pack the report')
    return {
      rows: this.#counter.rows,
      sizeBytes: this.#sizeBytes,
      crc32: this.#crc32,
      sha256: this.#hash.digest('hex'),
    }
  }
}
