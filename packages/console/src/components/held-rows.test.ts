import { expect, test } from 'vitest'
import { rowsInPlace } from './held-rows.ts'

const row = (key: number, status = 'sent') => ({ key, status })
const keyOf = ({ key }: { key: number }) => key
const held = { list: 'task 1', rows: [row(3, 'running'), row(2), row(1)] }

test('what is new does not push down what is read, and what is read is as it is now', () => {
  const came = { list: 'task 1', rows: [row(4), row(3, 'sent'), row(2)] }
  expect(rowsInPlace(held, came, keyOf)).toEqual([row(3, 'sent'), row(2), row(1)])
})

test('another list is shown as it comes, and so is the first row of an empty one', () => {
  const came = { list: 'task 2', rows: [row(9)] }
  expect(rowsInPlace(held, came, keyOf)).toEqual([row(9)])
  expect(rowsInPlace({ list: 'task 2', rows: [] }, came, keyOf)).toEqual([row(9)])
})
