import { BLOCK_MEMORY_BYTES, DICTIONARY_BYTES } from '../src/package/block-size'
import { alignToByte, out, startAt, writeBits } from './bit-stream'
import { scanLineFeeds } from './line-feeds'
import { findMatches, prime, SEGMENT_BYTES } from './matches'
import { writeSegment } from './segment'

export { opensQuote, quotedLineFeeds, unquotedLineFeeds } from './line-feeds'

/** A comparison may look beyond the data, by a match and a vector. */
const SLACK_BYTES = 512

/** The memory of a block: the dictionary, then the data. */
export const input: usize = memory.data(BLOCK_MEMORY_BYTES + SLACK_BYTES, 16)
/** Data that cannot be compressed grow by 5 bytes in 64 KiB. */
export const output: usize = memory.data(BLOCK_MEMORY_BYTES, 16)

/**
 * Compresses the block at `input` to `output`, and returns how many bytes it takes there. A block that is not the last
 * one ends at a byte border. The bytes follow from the block alone, whatever was compressed before.
 */
export function deflate(isPrimed: bool, dataBytes: i32, isLast: bool): i32 {
  const from = input + DICTIONARY_BYTES
  const to = from + dataBytes
  const base = isPrimed ? input : from
  prime(base, from)
  startAt(output)
  for (let at = from; at < to; at += SEGMENT_BYTES) {
    const end = min(at + SEGMENT_BYTES, to)
    writeSegment(at, end, findMatches(base, at, end), isLast && end === to)
  }
  if (!isLast) {
    writeBits(0, 3) // an empty segment, stored as it is
    alignToByte()
    writeBits(0xffff0000, 32)
  } else if (dataBytes === 0) writeBits(3, 10) // an empty last one
  alignToByte()
  return <i32>(out - output)
}

/** Counts the line feeds of the block at `input`. */
export function scan(dataBytes: i32): void {
  scanLineFeeds(input + DICTIONARY_BYTES, input + DICTIONARY_BYTES + dataBytes)
}
