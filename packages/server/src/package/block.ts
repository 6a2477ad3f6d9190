import type { RowScan } from './row-counter.ts'

/** A piece of a deflate stream that can be compressed without its neighbours. */
export interface Block {
  /** Of BLOCK_MEMORY_BYTES: the dictionary, then the data. */
  readonly memory: ArrayBuffer
  /** The first block of a stream has nothing before it. */
  readonly primed: boolean
  readonly dataBytes: number
  /** The last block ends the stream; the others end at a byte border, so that the next one can follow. */
  readonly last: boolean
}

/** What has become of it. Put one after the other, the compressed bytes are one deflate stream. */
export interface DeflatedBlock {
  /** The memory of the block, which has the compressed bytes at its start. */
  readonly memory: ArrayBuffer
  readonly compressedBytes: number
  readonly scan: RowScan
}
