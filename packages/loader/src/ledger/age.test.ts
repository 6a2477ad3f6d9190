import { expect, test } from 'vitest'
import { isNewer, snapshotText, type Age } from './age.ts'

const age = (executionId: number | null, snapshotAt: string | null, instance = 'hub'): Age => ({
  instance,
  executionId,
  snapshotAt,
})

test('the snapshot decides, then the execution', () => {
  expect(isNewer(age(5, '2025-01-02T00:00:00.000Z'), age(8, '2025-01-01T00:00:00.000Z'))).toBe(true)
  expect(isNewer(age(8, '2025-01-01T00:00:00.000Z'), age(5, '2025-01-02T00:00:00.000Z'))).toBe(false)
  expect(isNewer(age(8, '2025-01-01T00:00:00.000Z'), age(5, '2025-01-01T00:00:00.000Z'))).toBe(true)
})

test('of two hubs the later snapshot is newer; without snapshots neither is', () => {
  expect(isNewer(age(1, '2025-01-02T00:00:00.000Z', 'a'), age(9, '2025-01-01T00:00:00.000Z', 'b'))).toBe(true)
  expect(isNewer(age(9, null, 'a'), age(1, null, 'b'))).toBe(false)
  expect(isNewer(age(9, null, 'a'), age(1, null, 'a'))).toBe(true)
  expect(isNewer(age(null, null), age(1, null))).toBe(false)
})

test('instants of any zone become one form, which compares as text', () => {
  expect(snapshotText('2025-01-01T08:00:00+08:00')).toBe('2025-01-01T00:00:00.000Z')
  expect(snapshotText('2025-01-01T00:00:00Z')).toBe('2025-01-01T00:00:00.000Z')
})
