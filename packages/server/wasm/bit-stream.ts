/** Where the next whole byte goes. At most 7 bits wait in `bits` for the rest of theirs. */
export let out: usize = 0
export let bits: u64 = 0
export let bitCount: u64 = 0

export function startAt(address: usize): void {
  out = address
  bits = 0
  bitCount = 0
}

/** For a loop that has kept the three in its own variables, which is quicker. */
export function continueAt(address: usize, waiting: u64, waitingCount: u64): void {
  out = address
  bits = waiting
  bitCount = waitingCount
}

/** At most 56 bits, the first one lowest. */
export function writeBits(value: u64, count: u32): void {
  bits |= value << bitCount
  bitCount += count
  store<u64>(out, bits)
  out += <usize>(bitCount >> 3)
  bits >>= bitCount & 56
  bitCount &= 7
}

export function alignToByte(): void {
  if (bitCount > 0) writeBits(0, 8 - <u32>bitCount)
}

/** Bytes as they are, after `alignToByte`. */
export function writeBytes(from: usize, length: usize): void {
  memory.copy(out, from, length)
  out += length
}
