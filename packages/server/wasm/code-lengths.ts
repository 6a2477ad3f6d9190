const MOST_SYMBOLS = 288
const LONGEST_CODE = 15

/** u32[288]: the symbols in use, by frequency: frequency << 9 | symbol. */
const sorted: usize = memory.data(MOST_SYMBOLS * 4, 16)
/** u32[288]: their weights, then the depths of the tree. */
const nodes: usize = memory.data(MOST_SYMBOLS * 4, 16)
/** u32[64]: how many codes there are of each length; a tree of 288 weights below 2^18 is no deeper than that. */
const perLength: usize = memory.data(64 * 4, 16)
const nextCodes: usize = memory.data((LONGEST_CODE + 1) * 4, 16)

/**
 * Lengths (u8 each, 0 for what is not used) of the best prefix code for frequencies (u32 each, below 2^18), none longer
 * than `limit`. Always at least two codes, because some readers refuse a code that is not complete.
 */
export function codeLengths(frequencies: usize, symbols: i32, limit: i32, lengths: usize): void {
  memory.fill(lengths, 0, symbols)
  let used = 0
  for (let symbol = 0; symbol < symbols; symbol++) {
    const frequency = load<u32>(frequencies + (symbol << 2))
    if (frequency === 0) continue
    store<u32>(sorted + (used << 2), (frequency << 9) | symbol)
    used++
  }
  if (used < 2) {
    const only = used === 1 ? <i32>(load<u32>(sorted) & 511) : 0
    store<u8>(lengths + only, 1)
    store<u8>(lengths + (only === 0 ? 1 : 0), 1)
    return
  }
  sort(used)
  for (let index = 0; index < used; index++) setNode(index, load<u32>(sorted + (index << 2)) >>> 9)
  findDepths(used)
  countLengths(used, limit)
  let index = used - 1
  for (let length = 1; length <= limit; length++) {
    for (let count = load<u32>(perLength + (length << 2)); count > 0; count--) {
      store<u8>(lengths + (load<u32>(sorted + (index << 2)) & 511), length)
      index--
    }
  }
}

/** Codes (u32 each) from lengths: the code, first bit lowest, and its length in the upper 16 bits. */
export function codesOf(lengths: usize, symbols: i32, codes: usize): void {
  memory.fill(perLength, 0, (LONGEST_CODE + 1) * 4)
  for (let symbol = 0; symbol < symbols; symbol++) addToLength(load<u8>(lengths + symbol), 1)
  store<u32>(perLength, 0)
  let code: u32 = 0
  for (let length = 1; length <= LONGEST_CODE; length++) {
    code = (code + load<u32>(perLength + ((length - 1) << 2))) << 1
    store<u32>(nextCodes + (length << 2), code)
  }
  for (let symbol = 0; symbol < symbols; symbol++) {
    const length = <u32>load<u8>(lengths + symbol)
    const next = nextCodes + (length << 2)
    const value = load<u32>(next)
    store<u32>(next, value + 1)
    store<u32>(codes + (symbol << 2), length === 0 ? 0 : (reversed(value) >>> (16 - length)) | (length << 16))
  }
}

/** Shell's sort, ascending: the numbers are few. */
function sort(count: i32): void {
  for (let gap = 57; gap > 0; gap = gap === 1 ? 0 : ((gap * 4) / 9) | 1) {
    for (let index = gap; index < count; index++) {
      const moving = load<u32>(sorted + (index << 2))
      let to = index
      for (; to >= gap; to -= gap) {
        const before = load<u32>(sorted + ((to - gap) << 2))
        if (before <= moving) break
        store<u32>(sorted + (to << 2), before)
      }
      store<u32>(sorted + (to << 2), moving)
    }
  }
}

function node(index: i32): u32 {
  return load<u32>(nodes + (index << 2))
}

function setNode(index: i32, value: u32): void {
  store<u32>(nodes + (index << 2), value)
}

/** Moffat and Katajainen, "In-place calculation of minimum-redundancy codes" (1995): weights become depths, deepest first. */
function findDepths(count: i32): void {
  setNode(0, node(0) + node(1))
  let root = 0
  let leaf = 2
  for (let next = 1; next < count - 1; next++) {
    let weight: u32 = 0
    for (let child = 0; child < 2; child++) {
      if (root < next && (leaf >= count || node(root) < node(leaf))) {
        weight += node(root)
        setNode(root++, next)
      } else weight += node(leaf++)
    }
    setNode(next, weight)
  }
  setNode(count - 2, 0)
  for (let next = count - 3; next >= 0; next--) setNode(next, node(node(next)) + 1)

  root = count - 2
  let next = count - 1
  let depth: u32 = 0
  for (let available = 1; available > 0; depth++) {
    let inner = 0
    for (; root >= 0 && node(root) === depth; root--) inner++
    for (; available > inner; available--) setNode(next--, depth)
    available = 2 * inner
  }
}

/** Codes that are too long become as long as they may be; others grow by a bit until the code is complete again. */
function countLengths(used: i32, limit: i32): void {
  memory.fill(perLength, 0, 64 * 4)
  for (let index = 0; index < used; index++) addToLength(min(node(index), <u32>limit), 1)
  let taken: u32 = 0
  for (let length = 1; length <= limit; length++) taken += load<u32>(perLength + (length << 2)) << (limit - length)
  for (; taken > (<u32>1) << limit; taken--) {
    let length = limit - 1
    while (load<u32>(perLength + (length << 2)) === 0) length--
    addToLength(length, -1)
    addToLength(length + 1, 2)
    addToLength(limit, -1)
  }
}

function addToLength(length: u32, count: i32): void {
  const at = perLength + (length << 2)
  store<u32>(at, load<u32>(at) + count)
}

/** 16 bits the other way round. */
function reversed(value: u32): u32 {
  value = ((value & 0x5555) << 1) | ((value >>> 1) & 0x5555)
  value = ((value & 0x3333) << 2) | ((value >>> 2) & 0x3333)
  value = ((value & 0x0f0f) << 4) | ((value >>> 4) & 0x0f0f)
  return ((value & 0x00ff) << 8) | ((value >>> 8) & 0x00ff)
}
