import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutFor, subtract } from './ranges.ts'

const day = (offset: number) => new Date(Date.UTC(2024, 0, 1 + offset)).toISOString().slice(0, 10)
const cut = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 15 }))
  .map(([from, length]) => ({ from: day(from), to: day(from + length) }))

test('what is left is what nobody took, each day once', () => {
  fc.assert(
    fc.property(cut, fc.array(cut, { maxLength: 8 }), (whole, taken) => {
      const left = subtract(whole, taken)
      for (let offset = 0; offset < 60; offset += 1) {
        const on = day(offset)
        const isIn = (one: { from: string; to: string }) => one.from <= on && on < one.to
        expect(left.filter(isIn).length).toBe(isIn(whole) && !taken.some(isIn) ? 1 : 0)
      }
    }),
  )
})

test('a range is days of its own zone for a date, and UTC times for timestamps', () => {
  const range = { from: '2024-03-01T00:00:00+08:00', to: '2024-03-02T00:00:00+08:00', timeZone: 'Asia/Shanghai' }
  expect(cutFor('date', range)).toEqual({ from: '2024-03-01', to: '2024-03-02' })
  expect(cutFor('timestamptz', range)).toEqual({ from: '2024-02-29 16:00:00', to: '2024-03-01 16:00:00' })
  expect(cutFor('timestamp', { ...range, from: '2024-03-01T00:00:00.250Z' })?.from).toBe('2024-03-01 00:00:00.25')
  expect(cutFor('text', range)).toBeUndefined()
  expect(cutFor('date', { ...range, to: range.from })).toBeUndefined()
})
