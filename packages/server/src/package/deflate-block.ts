import { readFileSync } from 'node:fs'
import { BLOCK_BYTES, DICTIONARY_BYTES } from './block-size.ts'
import type { Block, DeflatedBlock } from './block.ts'
import type { RowScan } from './row-counter.ts'

const LINE_FEED = 0x0a

/** What `wasm/index.ts` exports. */
interface Compressor {
  readonly memory: WebAssembly.Memory
  readonly input: WebAssembly.Global
  readonly output: WebAssembly.Global
  readonly unquotedLineFeeds: WebAssembly.Global
  readonly quotedLineFeeds: WebAssembly.Global
  readonly opensQuote: WebAssembly.Global
  deflate(isPrimed: boolean, dataBytes: number, isLast: boolean): number
  scan(dataBytes: number): void
}

const compiled = new WebAssembly.Module(readFileSync(new URL('./deflate.wasm', import.meta.url)))
const compressor = new WebAssembly.Instance(compiled).exports as Compressor
const memory = new Uint8Array(compressor.memory.buffer)
const inputAt = compressor.input.value
const outputAt = compressor.output.value

/**
 * Compresses a block within its own memory, and counts its line feeds on the way. The bytes follow from the block alone.
 * Data that cannot be compressed grow by 5 bytes in 64 KiB, far less than the dictionary leaves room for.
 */
export function deflateBlock({ memory: block, primed, dataBytes, last }: Block): DeflatedBlock {
  if (primed) memory.set(new Uint8Array(block, 0, DICTIONARY_BYTES), inputAt)
  memory.set(new Uint8Array(block, DICTIONARY_BYTES, dataBytes), inputAt + DICTIONARY_BYTES)
  const scan = scanInput(dataBytes)
  const compressedBytes = compressor.deflate(primed, dataBytes, last)
  new Uint8Array(block).set(memory.subarray(outputAt, outputAt + compressedBytes))
  return { memory: block, compressedBytes, scan }
}

/** What a piece of a CSV says of its rows; for one that is not compressed. */
export function scanRows(piece: Uint8Array): RowScan {
  if (piece.length > BLOCK_BYTES) throw new RangeError(`a piece of ${piece.length} bytes, which is more than a block`)
  memory.set(piece, inputAt + DICTIONARY_BYTES)
  return scanInput(piece.length)
}

function scanInput(dataBytes: number): RowScan {
  compressor.scan(dataBytes)
  return {
    isEmpty: dataBytes === 0,
    unquotedLineFeeds: compressor.unquotedLineFeeds.value,
    quotedLineFeeds: compressor.quotedLineFeeds.value,
    opensQuote: compressor.opensQuote.value === 1,
    endsInLineFeed: memory[inputAt + DICTIONARY_BYTES + dataBytes - 1] === LINE_FEED,
  }
}
