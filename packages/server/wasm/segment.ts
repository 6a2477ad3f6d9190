import { alignToByte, bitCount, bits, continueAt, out, writeBits, writeBytes } from './bit-stream'
import { writeHeader } from './code-header'
import { codeLengths, codesOf } from './code-lengths'
import { distanceFrequencies, literalFrequencies, sequences } from './matches'
import {
  distanceExtraBits,
  DISTANCES,
  distanceSymbol,
  END_OF_SEGMENT,
  firstOfLengthSymbol,
  lengthExtraBits,
  lengthSymbol,
  LITERALS,
  LONGEST_MATCH,
} from './symbols'

/** Four literals, or a length and a distance, fit into the 64 bits with the up to 7 that wait. */
const LONGEST_CODE = 14
/** What the lengths of the codes take, about. */
const HEADER_BYTES = 100
const LONGEST_STORED = 65535

const STORED = 0
const OWN_CODES = 2

const literalLengths: usize = memory.data(LITERALS, 16)
const distanceLengths: usize = memory.data(DISTANCES, 16)
const literalCodes: usize = memory.data(LITERALS * 4, 16)
const distanceCodes: usize = memory.data(DISTANCES * 4, 16)
/** u32[259]: code and extra bits of each match length, and how many bits that is in the upper 8. */
const matchCodes: usize = memory.data((LONGEST_MATCH + 1) * 4, 16)

/** Writes the bytes between `from` and `to`, as `findMatches` has just cut them. */
export function writeSegment(from: usize, to: usize, lastSequence: usize, isLast: bool): void {
  codeLengths(literalFrequencies, LITERALS, LONGEST_CODE, literalLengths)
  codeLengths(distanceFrequencies, DISTANCES, LONGEST_CODE, distanceLengths)
  if ((bitsOfSequences() >> 3) + HEADER_BYTES >= <u32>(to - from)) return writeStored(from, to, isLast)
  codesOf(literalLengths, LITERALS, literalCodes)
  codesOf(distanceLengths, DISTANCES, distanceCodes)
  findMatchCodes()
  writeBits((OWN_CODES << 1) | (<u32>isLast), 3)
  writeHeader(literalLengths, distanceLengths)
  writeSequences(from, lastSequence)
}

function bitsOfSequences(): u32 {
  let size: u32 = 0
  for (let symbol = 0; symbol < LITERALS; symbol++) {
    const extraBits = symbol > END_OF_SEGMENT ? lengthExtraBits(symbol) : 0
    size += load<u32>(literalFrequencies + (symbol << 2)) * (load<u8>(literalLengths + symbol) + extraBits)
  }
  for (let symbol = 0; symbol < DISTANCES; symbol++) {
    const extraBits = distanceExtraBits(symbol)
    size += load<u32>(distanceFrequencies + (symbol << 2)) * (load<u8>(distanceLengths + symbol) + extraBits)
  }
  return size
}

function findMatchCodes(): void {
  for (let length = 3; length <= LONGEST_MATCH; length++) {
    const symbol = <i32>lengthSymbol(length)
    const code = load<u32>(literalCodes + (symbol << 2))
    const codeBits = code >>> 16
    const extra = (<u32>(length - firstOfLengthSymbol(symbol))) << codeBits
    store<u32>(matchCodes + (length << 2), (code & 0xffff) | extra | ((codeBits + lengthExtraBits(symbol)) << 24))
  }
}

function writeSequences(from: usize, lastSequence: usize): void {
  let to = out
  let waiting = bits
  let waitingCount = bitCount
  let at = from
  for (let sequence = sequences; ; sequence += 8) {
    const packed = load<u64>(sequence)
    const end = at + <usize>(packed >> 32)
    // Always four, the last of them perhaps of no bits: again a loop of few surprises
    for (; at < end; at += 4) {
      const first = load<u32>(literalCodes + ((<usize>load<u8>(at)) << 2))
      const second = select<u32>(load<u32>(literalCodes + ((<usize>load<u8>(at, 1)) << 2)), 0, at + 1 < end)
      const third = select<u32>(load<u32>(literalCodes + ((<usize>load<u8>(at, 2)) << 2)), 0, at + 2 < end)
      const fourth = select<u32>(load<u32>(literalCodes + ((<usize>load<u8>(at, 3)) << 2)), 0, at + 3 < end)
      waiting |= (<u64>(first & 0xffff)) << waitingCount
      waitingCount += first >>> 16
      waiting |= (<u64>(second & 0xffff)) << waitingCount
      waitingCount += second >>> 16
      waiting |= (<u64>(third & 0xffff)) << waitingCount
      waitingCount += third >>> 16
      waiting |= (<u64>(fourth & 0xffff)) << waitingCount
      waitingCount += fourth >>> 16
      store<u64>(to, waiting)
      to += <usize>(waitingCount >> 3)
      waiting >>= waitingCount & 56
      waitingCount &= 7
    }
    if (sequence === lastSequence) break

    const length = (<usize>(packed >> 16)) & 0x1ff
    const distance = (<u32>packed) & 0xffff
    const match = load<u32>(matchCodes + (length << 2))
    waiting |= (<u64>(match & 0xffffff)) << waitingCount
    waitingCount += match >>> 24
    const symbol = distanceSymbol(distance)
    const code = load<u32>(distanceCodes + (symbol << 2))
    waiting |= (<u64>(code & 0xffff)) << waitingCount
    waitingCount += code >>> 16
    const extraBits = distanceExtraBits(symbol)
    waiting |= (<u64>((distance - 1) & ((1 << extraBits) - 1))) << waitingCount
    waitingCount += extraBits
    store<u64>(to, waiting)
    to += <usize>(waitingCount >> 3)
    waiting >>= waitingCount & 56
    waitingCount &= 7
    at = end + length
  }
  continueAt(to, waiting, waitingCount)
  const end = load<u32>(literalCodes + (END_OF_SEGMENT << 2))
  writeBits(end & 0xffff, end >>> 16)
}

function writeStored(from: usize, to: usize, isLast: bool): void {
  for (let at = from; at < to; at += LONGEST_STORED) {
    const length = min<usize>(LONGEST_STORED, to - at)
    writeBits((STORED << 1) | (<u32>(isLast && at + length === to)), 3)
    alignToByte()
    writeBits((<u32>length) | (~(<u32>length) << 16), 32)
    writeBytes(at, length)
  }
}
