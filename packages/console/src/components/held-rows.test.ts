import { expect, test } from 'vitest'
import { held } from './held-rows.ts'

const row = (key: number, status = 'sent') => ({ key, status })
const keyOf = ({ key }: { key: number }) => key
const before = { list: 'task 1', rows: [row(3, 'running'), row(2), row(1)], isOld: false }
const rowsAfter = (came: Partial<typeof before>, from = before) => held(from, { ...before, ...came }, keyOf).rows

test('what is new does not push down what is read, and what is read is as it is now', () => {
  expect(rowsAfter({ rows: [row(4), row(3, 'sent'), row(2)] })).toEqual([row(3, 'sent'), row(2), row(1)])
})

test('what leaves the list stays where it is read, and another order waits', () => {
  expect(rowsAfter({ rows: [row(1), row(3, 'running')] })).toEqual(before.rows)
})

test('another list is shown as it comes, and so is the first row of an empty one', () => {
  expect(rowsAfter({ list: 'task 2', rows: [row(9)] })).toEqual([row(9)])
  expect(rowsAfter({ rows: [row(9)] }, { ...before, rows: [] })).toEqual([row(9)])
})

test('what was known from an earlier visit gives way to the answer that one waits for, and only to that', () => {
  const known = { ...before, isOld: true }
  const answered = held(known, { ...before, rows: [row(4), row(3)] }, keyOf)
  expect(answered.rows).toEqual([row(4), row(3)])
  // Asked again behind it, as long as the page is open
  expect(held(answered, { ...before, rows: [row(5), row(4)], isOld: true }, keyOf).rows).toEqual([row(4), row(3)])
  expect(held(answered, { ...before, rows: [row(5), row(4)] }, keyOf).rows).toEqual([row(4), row(3)])
})
