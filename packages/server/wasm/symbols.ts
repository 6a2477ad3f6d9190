/** RFC 1951, 3.2.5: a length or distance is a symbol and some extra bits. */

export const LITERALS = 286
export const DISTANCES = 30
export const END_OF_SEGMENT = 256
export const LONGEST_MATCH = 258

const FIRST_LENGTH = 257
const SHORTEST_MATCH = 3

/** u16[259]: the symbol of each match length. */
const lengthSymbols: usize = memory.data((LONGEST_MATCH + 1) * 2, 16)

for (let symbol = FIRST_LENGTH; symbol < LITERALS - 1; symbol++) {
  const first = firstOfLengthSymbol(symbol)
  for (let length = first; length < first + (1 << lengthExtraBits(symbol)); length++) {
    store<u16>(lengthSymbols + (length << 1), symbol)
  }
}
store<u16>(lengthSymbols + (LONGEST_MATCH << 1), LITERALS - 1) // has a symbol of its own

export function lengthSymbol(length: usize): usize {
  return load<u16>(lengthSymbols + (length << 1))
}

export function lengthExtraBits(symbol: i32): i32 {
  return symbol < FIRST_LENGTH + 8 || symbol === LITERALS - 1 ? 0 : ((symbol - FIRST_LENGTH) >> 2) - 1
}

export function firstOfLengthSymbol(symbol: i32): i32 {
  if (symbol === LITERALS - 1) return LONGEST_MATCH
  const index = symbol - FIRST_LENGTH
  return SHORTEST_MATCH + (index < 8 ? index : (4 + (index & 3)) << ((index >> 2) - 1))
}

export function distanceSymbol(distance: u32): u32 {
  const index = distance - 1
  if (index < 4) return index
  const extraBits = 30 - clz(index)
  return (extraBits << 1) + (index >> extraBits)
}

export function distanceExtraBits(symbol: u32): u32 {
  return symbol < 4 ? 0 : (symbol >> 1) - 1
}
