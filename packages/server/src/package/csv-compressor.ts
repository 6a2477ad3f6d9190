import { BLOCK_BYTES, BLOCK_MEMORY_BYTES, DICTIONARY_BYTES } from './block-size.ts'
import type { DeflatedBlock } from './block.ts'
import { CsvTally, type CsvTotals } from './csv-tally.ts'
import type { Deflater } from './deflater.ts'

export interface CompressedCsv extends CsvTotals {
  readonly compressedBytes: number
}

/** Turns CSVs into deflate streams, one after the other, in the same few buffers. */
export class CsvCompressor {
  readonly #deflater: Deflater
  readonly #append: (compressed: Uint8Array) => Promise<void>
  readonly #spare: ArrayBuffer[] = []

  /** `append` gets the compressed bytes in order and must have copied them when it resolves. */
  constructor(deflater: Deflater, append: (compressed: Uint8Array) => Promise<void>) {
    this.#deflater = deflater
    this.#append = append
  }

  /**
   * Reads no further ahead than the deflater's window. A chunk is copied before the next one is asked for, so its owner
   * may use the memory again. The same CSV gives the same bytes, however it is cut into chunks.
   */
  async compress(chunks: AsyncIterable<Uint8Array>): Promise<CompressedCsv> {
    const tally = new CsvTally()
    const underWay: Promise<DeflatedBlock>[] = []
    let compressedBytes = 0
    let memory = this.#takeMemory()
    let dataBytes = 0
    let primed = false

    const appendOldest = async (): Promise<void> => {
      const block = await (underWay.shift() as Promise<DeflatedBlock>)
      tally.addRows(block.scan)
      await this.#append(new Uint8Array(block.memory, 0, block.compressedBytes))
      compressedBytes += block.compressedBytes
      this.#spare.push(block.memory)
    }
    const send = (last: boolean): void => {
      const block = this.#deflater.deflate({ memory: memory.buffer, primed, dataBytes, last })
      block.catch(() => {}) // whoever awaits it hears of it, and nobody may be left to
      underWay.push(block)
    }
    const startNextBlock = async (): Promise<void> => {
      if (underWay.length >= this.#deflater.window) await appendOldest()
      const next = this.#takeMemory()
      next.set(memory.subarray(BLOCK_MEMORY_BYTES - DICTIONARY_BYTES))
      send(false)
      memory = next
      dataBytes = 0
      primed = true
    }

    try {
      for await (const chunk of chunks) {
        for (let at = 0; at < chunk.length;) {
          if (dataBytes === BLOCK_BYTES) await startNextBlock()
          const piece = chunk.subarray(at, at + BLOCK_BYTES - dataBytes)
          memory.set(piece, DICTIONARY_BYTES + dataBytes)
          tally.add(piece)
          dataBytes += piece.length
          at += piece.length
        }
      }
      send(true)
      while (underWay.length > 0) await appendOldest()
    } finally {
      await Promise.allSettled(underWay)
    }
    return { ...tally.totals(), compressedBytes }
  }

  #takeMemory(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#spare.pop() ?? new ArrayBuffer(BLOCK_MEMORY_BYTES))
  }
}
