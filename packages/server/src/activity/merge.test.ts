import { expect, test } from 'vitest'
import { merge, START } from './merge.ts'

const row = (kind: 'execution' | 'change', id: number, second: number) => ({ kind, id, at: new Date(second * 1000) })
const ids = (rows: ReturnType<typeof merge>) => rows.map(({ row: { kind, id } }) => `${kind} ${id}`)

test('two lists become one by their instants, and a page goes on where the one before it ended', () => {
  const executions = [row('execution', 9, 50), row('execution', 8, 30), row('execution', 7, 10)]
  const changes = [row('change', 3, 40), row('change', 2, 20)]
  const first = merge([executions, changes], START, 'next', 3)
  expect(ids(first)).toEqual(['execution 9', 'change 3', 'execution 8'])
  expect(first.at(-1)?.place).toEqual({ execution: 8, change: 3 })
  const rest = merge([executions.slice(2), changes.slice(1)], { execution: 8, change: 3 }, 'next', 3)
  expect(ids(rest)).toEqual(['change 2', 'execution 7'])
})

test('clocks that go back hide nothing: each list keeps its order', () => {
  const executions = [row('execution', 2, 10), row('execution', 1, 99)]
  const changes = [row('change', 1, 50)]
  expect(ids(merge([executions, changes], START, 'next', 9))).toEqual(['change 1', 'execution 2', 'execution 1'])
})

test('upwards a row stands above its own place, and rows above it are still to come', () => {
  const up = merge(
    [[row('execution', 8, 30), row('execution', 9, 50)], [row('change', 3, 40)]],
    { execution: 8, change: 3 },
    'previous',
    2,
  )
  expect(ids(up)).toEqual(['execution 8', 'change 3'])
  expect(up.map(({ place }) => place)).toEqual([
    { execution: 8, change: 3 },
    { execution: 9, change: 3 },
  ])
})
