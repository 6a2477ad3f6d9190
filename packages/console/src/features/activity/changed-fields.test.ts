import { expect, test } from 'vitest'
import { changedFields } from './changed-fields.ts'

test('fields that differ are told by their paths, with what they were and are', () => {
  const before = { name: 'one', schedule: { every: 'day', at: '03:00' }, reports: ['asin'], paused: false }
  const after = { name: 'one', schedule: { every: 'day', at: '04:30' }, reports: ['asin', 'keyword'], gaps: null }
  expect(changedFields(before, after)).toEqual([
    { path: 'schedule.at', before: '03:00', after: '04:30' },
    { path: 'reports', before: ['asin'], after: ['asin', 'keyword'] },
    { path: 'paused', before: false, after: undefined },
    { path: 'gaps', before: undefined, after: null },
  ])
})

test('what is as it was has not changed, whatever it is', () => {
  expect(changedFields({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([])
  expect(changedFields(null, null)).toEqual([])
  expect(changedFields(null, { a: 1 })).toEqual([{ path: '', before: null, after: { a: 1 } }])
})
