import { expect, test } from 'vitest'
import { isFlat, trendsOf } from './flat.ts'
import type { Sample } from './samples.ts'

function run(memoryMb: (minute: number) => number): Sample[] {
  return Array.from({ length: 120 }, (_, at) => ({
    seconds: at * 5,
    memoryMb: memoryMb(at / 12),
    fileDescriptors: 60 + (at % 7),
    connections: 20,
    staged: 0,
    openUploads: 0,
  }))
}

test('a sawtooth after a warm-up is flat', () => {
  const trends = trendsOf(run((minute) => 150 + 80 * Math.min(1, minute / 3) + 40 * ((minute * 3) % 1)))
  expect(trends.map(isFlat)).toEqual([true, true, true])
})

test('what grows by 10 MB a minute is not', () => {
  const [memory] = trendsOf(run((minute) => 200 + 10 * minute + 20 * ((minute * 3) % 1)))
  expect(memory && isFlat(memory)).toBe(false)
  expect(memory?.rise).toBeGreaterThan(45)
})
