import { expect, test } from 'vitest'
import { fillText, fillValue, isPlaceholder, placeholdersIn, saysDay, type Filling } from './placeholders.ts'

const filling: Filling = {
  from: new Date('2025-03-08T08:00:00Z'),
  to: new Date('2025-03-09T08:00:00Z'),
  until: new Date('2025-03-10T07:00:00Z'),
  timeZone: 'America/Los_Angeles',
  account: 'a/b',
  table: 'clicks',
  parameters: { columns: ['x', 'y'], name: 'n', injected: '{account}' },
  key: 'k',
  reportId: 'r 1',
}

test.each([
  ['{from}', '2025-03-08'],
  ['{to}', '2025-03-09'],
  ['{until}', '2025-03-10'],
  ['{from:compact}', '20250308'],
  ['{from:instant}', '2025-03-08T00:00:00-08:00'],
  ['{until:instant}', '2025-03-10T00:00:00-07:00'],
  ['{from:epoch}', '1741420800'],
  ['{table}-{parameter.name}', 'clicks-n'],
  ['{parameter.columns}', '["x","y"]'],
  ['{parameter.injected}', '{account}'],
])('%s becomes %s', (template, text) => {
  expect(fillText(template, filling)).toBe(text)
})

test('what placeholders stand for cannot leave its place in a path', () => {
  expect(fillText('/r/{reportId}?account={account}', filling, encodeURIComponent)).toBe('/r/r%201?account=a%2Fb')
})

test('a text that is one placeholder becomes its value, in lists and blocks of any depth', () => {
  expect(fillValue({ a: ['{parameter.columns}', 'to {to}'], b: 1, c: null }, filling)).toEqual({
    a: [['x', 'y'], 'to 2025-03-09'],
    b: 1,
    c: null,
  })
})

test.each([
  ['from', true],
  ['from:compact', true],
  ['from:constructor', false],
  ['from:compact:epoch', false],
  ['account:compact', false],
  ['constructor', false],
  ['parameter.x', true],
  ['', false],
])('%j is a placeholder: %s', (name, is) => {
  expect(isPlaceholder(name)).toBe(is)
})

test('placeholders are found wherever they stand', () => {
  expect(placeholdersIn({ a: ['{from}', { b: 'x {to} {oops}' }], c: 5 })).toEqual(['from', 'to', 'oops'])
})

test.each([
  ['from', true],
  ['until:compact', true],
  ['to:instant', false],
  ['from:epoch', false],
  ['account', false],
])('%j says a day and no hour: %s', (name, is) => {
  expect(saysDay(name)).toBe(is)
})
