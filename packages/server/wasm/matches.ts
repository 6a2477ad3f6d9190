import { DISTANCES, distanceSymbol, END_OF_SEGMENT, lengthSymbol, LITERALS, LONGEST_MATCH } from './symbols'

/** How much of a block has codes of its own. */
export const SEGMENT_BYTES = 128 * 1024
const WINDOW_BYTES: u32 = 32 * 1024
/** Shorter matches, which are digits mostly, take more bits and time than the digits themselves. */
const SHORTEST_MATCH = 6
const TABLE_BITS = 13
/** In the last bytes of a segment nothing is looked for, so that no look goes beyond it. */
const TAIL_BYTES = 20
/** Every so many bytes of what stood before a block are remembered. */
const PRIMED_EVERY = 4
/** After so many fours without a match every other four is passed over: what is like nothing before mostly goes on so. */
const PATIENCE = 5

/**
 * u16[8192]: where the bytes that hash to this were last, its lower 16 bits. Whether they are really there is seen by
 * comparing, so that what is old or was never set does no harm. Small, to stay in the cache next to the processor.
 */
const table: usize = memory.data(2 << TABLE_BITS, 16)
/** u64 each: how many literals, then the match after them: count << 32 | length << 16 | distance. */
export const sequences: usize = memory.data((SEGMENT_BYTES / SHORTEST_MATCH + 2) * 8, 16)
/** u32 each: how often each symbol occurs in the segment. */
export const literalFrequencies: usize = memory.data(LITERALS * 4, 16)
export const distanceFrequencies: usize = memory.data(DISTANCES * 4, 16)

/** Forgets everything but what stands between these addresses. */
export function prime(from: usize, to: usize): void {
  memory.fill(table, 0, 2 << TABLE_BITS)
  for (let at = from; at + 8 <= to; at += PRIMED_EVERY) remember(at)
}

/**
 * Cuts the bytes between `from` and `to` into literals and matches, which may begin at `base`. Takes the first match it
 * finds, and looks in one place only. The last of the sequences, whose address is returned, has no match.
 *
 * Four positions are looked at together: whether there is a match among them is guessed by the processor better, and
 * once for all four, than where it begins, which is computed.
 */
export function findMatches(base: usize, from: usize, to: usize): usize {
  memory.fill(literalFrequencies, 0, LITERALS * 4)
  memory.fill(distanceFrequencies, 0, DISTANCES * 4)
  let sequence = sequences
  let literalsAt = from
  let at = from
  let misses = 0
  while (at + TAIL_BYTES < to) {
    const word0 = load<u64>(at)
    const word1 = load<u64>(at, 1)
    const word2 = load<u64>(at, 2)
    const word3 = load<u64>(at, 3)
    const slot0 = slot(word0)
    const slot1 = slot(word1)
    const slot2 = slot(word2)
    const slot3 = slot(word3)
    const distance0 = distanceTo(slot0, at)
    const distance1 = distanceTo(slot1, at + 1)
    const distance2 = distanceTo(slot2, at + 2)
    const distance3 = distanceTo(slot3, at + 3)
    store<u16>(slot0, <u16>at)
    store<u16>(slot1, <u16>(at + 1))
    store<u16>(slot2, <u16>(at + 2))
    store<u16>(slot3, <u16>(at + 3))
    const furthest = min(WINDOW_BYTES, <u32>(at - base))
    const hits =
      isMatch(word0, at, distance0, furthest) |
      (isMatch(word1, at + 1, distance1, furthest) << 1) |
      (isMatch(word2, at + 2, distance2, furthest) << 2) |
      (isMatch(word3, at + 3, distance3, furthest) << 3)
    if (hits === 0) {
      count(literalFrequencies, <usize>(word0 & 0xff))
      count(literalFrequencies, <usize>(word1 & 0xff))
      count(literalFrequencies, <usize>(word2 & 0xff))
      count(literalFrequencies, <usize>(word3 & 0xff))
      at += 4
      if (++misses >= PATIENCE) {
        countFour(at)
        at += 4
      }
      continue
    }

    const before = ctz(hits)
    countIf(before > 0, literalFrequencies, <usize>(word0 & 0xff))
    countIf(before > 1, literalFrequencies, <usize>(word1 & 0xff))
    countIf(before > 2, literalFrequencies, <usize>(word2 & 0xff))
    const ofFirstTwo = select<u32>(distance0, distance1, before === 0)
    const ofLastTwo = select<u32>(distance2, distance3, before === 2)
    const distance = select<u32>(ofFirstTwo, ofLastTwo, before < 2)
    at += before
    // It may have begun in what was passed over
    if (misses >= PATIENCE) {
      const most = min(at - literalsAt, at - distance - base)
      for (let earlier = min(equalBytesBefore(at, at - distance), most); earlier > 0; earlier--) {
        at--
        uncount(literalFrequencies, load<u8>(at))
      }
    }
    misses = 0
    const length = matchLength(at, at - distance, to)
    count(literalFrequencies, lengthSymbol(length))
    count(distanceFrequencies, distanceSymbol(distance))
    store<u64>(sequence, ((<u64>(at - literalsAt)) << 32) | (length << 16) | distance)
    sequence += 8
    // The same number for all lengths: a loop would end differently each time, and the processor guess wrongly
    remember(at + 1)
    remember(at + 2)
    remember(at + 3)
    remember(at + 4)
    at += length
    literalsAt = at
  }
  for (; at < to; at++) count(literalFrequencies, load<u8>(at))
  count(literalFrequencies, END_OF_SEGMENT)
  store<u64>(sequence, (<u64>(to - literalsAt)) << 32)
  return sequence
}

/** How far back the position in the slot is; wrong when it is further back than 64 KiB, or was never set. */
function distanceTo(entry: usize, at: usize): u32 {
  return (<u32>at - <u32>load<u16>(entry)) & 0xffff
}

/** 1 when the bytes there are the same and may be pointed at, else 0. Reads up to 64 KiB in front: our tables, at worst. */
function isMatch(word: u64, at: usize, distance: u32, furthest: u32): u32 {
  const isSame = (word ^ load<u64>(at - distance)) << (8 * (8 - SHORTEST_MATCH)) === 0
  return (<u32>(distance - 1 < furthest)) & (<u32>isSame)
}

function slot(word: u64): usize {
  return table + <usize>((((word << (8 * (8 - SHORTEST_MATCH))) * 0x9e3779b97f4a7c15) >> (64 - TABLE_BITS)) << 1)
}

function remember(at: usize): void {
  store<u16>(slot(load<u64>(at)), <u16>at)
}

function matchLength(at: usize, earlier: usize, to: usize): usize {
  let length = equalBytes(at, earlier)
  if (length < 16) return length
  const most = min<usize>(LONGEST_MATCH, to - at)
  let more: usize
  do {
    more = equalBytes(at + length, earlier + length)
    length += more
  } while (more === 16 && length < most)
  return min(length, most)
}

/** At most 16. */
function equalBytes(at: usize, earlier: usize): usize {
  return <usize>ctz(~i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(earlier))))
}

/** At most 8. */
function equalBytesBefore(at: usize, earlier: usize): usize {
  const difference = load<u64>(at - 8) ^ load<u64>(earlier - 8)
  return <usize>(clz(difference) >> 3)
}

function countFour(at: usize): void {
  count(literalFrequencies, load<u8>(at))
  count(literalFrequencies, load<u8>(at, 1))
  count(literalFrequencies, load<u8>(at, 2))
  count(literalFrequencies, load<u8>(at, 3))
}

function uncount(frequencies: usize, symbol: usize): void {
  const frequency = frequencies + (symbol << 2)
  store<u32>(frequency, load<u32>(frequency) - 1)
}

function count(frequencies: usize, symbol: usize): void {
  const frequency = frequencies + (symbol << 2)
  store<u32>(frequency, load<u32>(frequency) + 1)
}

function countIf(condition: bool, frequencies: usize, symbol: usize): void {
  const frequency = frequencies + (symbol << 2)
  store<u32>(frequency, load<u32>(frequency) + <u32>condition)
}
