import { constants, deflateRawSync } from 'node:zlib'

/** How far back deflate may point, and so how much of the previous block primes the next one. */
export const DICTIONARY_BYTES = 32 * 1024

/** Data in a block. Fixed, because where the blocks are cut decides the compressed bytes. */
export const BLOCK_BYTES = 512 * 1024

/** The memory of a block: the dictionary, then the data. The compressed bytes come back at its start. */
export const BLOCK_MEMORY_BYTES = DICTIONARY_BYTES + BLOCK_BYTES

/** A piece of a deflate stream that can be compressed without its neighbours. */
export interface Block {
  readonly memory: ArrayBuffer
  /** The first block of a stream has nothing before it. */
  readonly primed: boolean
  readonly dataBytes: number
  /** How far back a match may lie, as a power of two. */
  readonly windowBits: number
  /** The last block ends the stream; the others end at a byte border, so that the next one can follow. */
  readonly last: boolean
}

/**
 * Compresses a block within its own memory and returns how many bytes it takes now. Compressed blocks, put one after the
 * other, are one deflate stream. Data that cannot be compressed grows by 5 bytes in 16 KiB, far less than the dictionary
 * leaves room for.
 */
export function deflateBlock(block: Block, level: number): number {
  const data = new Uint8Array(block.memory, DICTIONARY_BYTES, block.dataBytes)
  const compressed = deflateRawSync(data, {
    level,
    windowBits: block.windowBits,
    memLevel: 9, // a few per cent quicker than 8
    chunkSize: BLOCK_MEMORY_BYTES, // one buffer of its own for all of the output
    finishFlush: block.last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    ...(block.primed ? { dictionary: new Uint8Array(block.memory, 0, DICTIONARY_BYTES) } : {}),
  })
  const compressedBytes = compressed.length
  new Uint8Array(block.memory).set(compressed)
  // Frees that buffer now: the collector would let tens of megabytes of them pile up in each thread.
  compressed.buffer.transfer(0)
  return compressedBytes
}
