import { expect, test } from 'vitest'
import { isTouched } from './touched.ts'

const key = (path: string, input?: object) => [path.split('.'), { type: 'query', input }]
const execution = { kind: 'execution', id: 7, taskId: 3 } as const

test.each([
  ['the execution itself', key('execution.get', { id: 7 }), true],
  ['another execution', key('execution.get', { id: 8 }), false],
  ['the list of its task', key('task.ranges', { task: '3' }), true],
  ['the list of another task', key('task.ranges', { task: '4' }), false],
  ['a task that was asked for by name', key('task.get', { task: 'Daily' }), true],
  ['the list of all tasks', key('task.list', {}), true],
  ['a backfill, which may be its own', key('backfill.get', { id: 7 }), true],
  ['what no execution changes', key('source.list'), false],
  ['what a page asks under a key of its own', ['returned with', undefined], false],
])('a changed execution touches, or not: %s', (_what, queryKey, expected) => {
  expect(isTouched(queryKey, execution)).toBe(expected)
})

test('whoever may have missed something asks for all that moves, and for nothing else', () => {
  const refetch = { kind: 'refetch', id: null, taskId: null } as const
  expect(isTouched(key('execution.get', { id: 8 }), refetch)).toBe(true)
  expect(isTouched(key('source.preview', { name: 'ads' }), refetch)).toBe(false)
})

test('a changed backfill touches itself and no other', () => {
  const backfill = { kind: 'backfill', id: 2, taskId: 3 } as const
  expect(isTouched(key('backfill.get', { id: 2 }), backfill)).toBe(true)
  expect(isTouched(key('backfill.get', { id: 1 }), backfill)).toBe(false)
})
