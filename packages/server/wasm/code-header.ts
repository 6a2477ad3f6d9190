import { writeBits } from './bit-stream'
import { codeLengths, codesOf } from './code-lengths'
import { DISTANCES, LITERALS } from './symbols'

/** RFC 1951, 3.2.7: the lengths of both codes, runs taken together, in a code of their own. */

const SYMBOLS = 19
const LONGEST_CODE = 7
const REPEAT: u32 = 16
const FEW_ZEROS: u32 = 17
const MANY_ZEROS: u32 = 18
/** In which order the reader is told the lengths of the code of lengths: the rare ones last, to leave them out. */
const ORDER: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15])

const together: usize = memory.data(LITERALS + DISTANCES, 16)
/** u16 each: a symbol, and how much longer its run is than the shortest in the upper 8 bits. */
const runs: usize = memory.data((LITERALS + DISTANCES) * 2, 16)
const frequencies: usize = memory.data(SYMBOLS * 4, 16)
const lengths: usize = memory.data(SYMBOLS, 16)
const codes: usize = memory.data(SYMBOLS * 4, 16)

export function writeHeader(literalLengths: usize, distanceLengths: usize): void {
  const literals = usedOf(literalLengths, LITERALS)
  const distances = usedOf(distanceLengths, DISTANCES)
  memory.copy(together, literalLengths, literals)
  memory.copy(together + literals, distanceLengths, distances)
  const runCount = findRuns(literals + distances)
  codeLengths(frequencies, SYMBOLS, LONGEST_CODE, lengths)
  codesOf(lengths, SYMBOLS, codes)

  let told = SYMBOLS
  while (load<u8>(lengths + load<u8>(ORDER + told - 1)) === 0) told--
  writeBits((literals - 257) | ((distances - 1) << 5) | ((told - 4) << 10), 14)
  for (let index = 0; index < told; index++) writeBits(load<u8>(lengths + load<u8>(ORDER + index)), 3)
  for (let index = 0; index < runCount; index++) {
    const run = <u32>load<u16>(runs + (index << 1))
    const symbol = run & 0xff
    const code = load<u32>(codes + (symbol << 2))
    writeBits(code & 0xffff, code >>> 16)
    if (symbol >= REPEAT) writeBits(run >>> 8, symbol === REPEAT ? 2 : symbol === FEW_ZEROS ? 3 : 7)
  }
}

function usedOf(codeLengths: usize, symbols: i32): i32 {
  while (load<u8>(codeLengths + symbols - 1) === 0) symbols--
  return symbols
}

function findRuns(count: i32): i32 {
  memory.fill(frequencies, 0, SYMBOLS * 4)
  let runCount = 0
  for (let index = 0; index < count;) {
    const length = <u32>load<u8>(together + index)
    let run = 1
    while (index + run < count && load<u8>(together + index + run) === length) run++
    let symbol = length
    let longer = 0
    if (length === 0 && run >= 11) {
      symbol = MANY_ZEROS
      run = min(run, 138)
      longer = run - 11
    } else if (length === 0 && run >= 3) {
      symbol = FEW_ZEROS
      longer = run - 3
    } else if (index > 0 && load<u8>(together + index - 1) === length && run >= 3) {
      symbol = REPEAT
      run = min(run, 6)
      longer = run - 3
    } else run = 1
    const frequency = frequencies + (symbol << 2)
    store<u32>(frequency, load<u32>(frequency) + 1)
    store<u16>(runs + (runCount << 1), symbol | (longer << 8))
    runCount++
    index += run
  }
  return runCount
}
