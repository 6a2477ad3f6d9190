import { expect, test } from 'vitest'
import { keepPartBuffer, takePartBuffer } from './part-buffers.ts'

const MiB = 1024 * 1024

// Compared by ===: what vitest makes of buffers of this size to show them takes seconds

test('a buffer that was kept is the next one of its size', () => {
  const first = takePartBuffer(8 * MiB)
  keepPartBuffer(first)
  expect(takePartBuffer(9 * MiB).length).toBe(9 * MiB)
  expect(takePartBuffer(8 * MiB) === first).toBe(true)
  expect(takePartBuffer(8 * MiB) === first).toBe(false)
})

test('no more than 32 MiB are kept', () => {
  const buffers = Array.from({ length: 5 }, () => takePartBuffer(8 * MiB))
  for (const buffer of buffers) keepPartBuffer(buffer)
  const again = Array.from({ length: 5 }, () => takePartBuffer(8 * MiB))
  expect(again.filter((buffer) => buffers.includes(buffer)).length).toBe(4)
})
