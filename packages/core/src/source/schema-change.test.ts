import { expect, test } from 'vitest'
import type { Column } from '../bucket/column.ts'
import { changesBetween, describeChanges, isAllowed } from './schema-change.ts'

const column = (name: string, more: Partial<Column> = {}): Column => ({ name, type: 'text', nullable: true, ...more })
const price = column('price', { type: 'decimal', precision: 10, scale: 2 })

test('added, removed and retyped columns are told apart, in words', () => {
  const before = [column('asin'), price, column('brand')]
  const after = [column('color'), column('asin'), column('price', { type: 'double' })]
  const changes = changesBetween(before, after)
  expect(changes.map(({ column, change }) => [column, change])).toEqual([
    ['price', 'retyped'],
    ['brand', 'removed'],
    ['color', 'added'],
  ])
  expect(describeChanges(changes)).toBe('price is double, was decimal(10,2); removed brand; added color (text)')
})

test('a decimal with more digits is another type; order and nullability change nothing', () => {
  expect(changesBetween([price], [{ ...price, precision: 12 }])).toMatchObject([{ change: 'retyped' }])
  const before = [column('a'), column('b', { nullable: false })]
  expect(changesBetween(before, [column('b'), column('a')])).toEqual([])
})

test('two columns of one name are two columns', () => {
  expect(changesBetween([column('id'), column('id')], [column('id')])).toMatchObject([
    { column: 'id', change: 'removed' },
  ])
  expect(changesBetween([column('__proto__')], [column('__proto__')])).toEqual([])
})

test('each policy lets through what its name says', () => {
  const added = changesBetween([], [price])
  const removed = changesBetween([price], [])
  const allowed = (changes: typeof added) =>
    (['allow-additions', 'refuse', 'new-version'] as const).map((policy) => isAllowed(changes, policy))
  expect(allowed(added)).toEqual([true, false, true])
  expect(allowed(removed)).toEqual([false, false, true])
  expect(allowed([])).toEqual([true, true, true])
})
