import { expect, test } from 'vitest'
import { failureAfter, isFailed, isFinal, mayFollow, type Status } from './status.ts'

const ALL: readonly Status[] = [0, 1, 2, 3, 4, 5, 6, 7, 8]

test('the transitions are those of the bucket contract', () => {
  const allowed = ALL.flatMap((from) => ALL.filter((to) => mayFollow(from, to)).map((to) => `${from}→${to}`))
  expect(allowed).toEqual(['0→1', '0→3', '1→2', '1→3', '2→4', '2→8', '4→5', '4→6', '4→7', '4→8'])
})

test('nothing follows a final status, and only 6 among the final ones is no failure', () => {
  expect(ALL.filter(isFinal)).toEqual([3, 5, 6, 7, 8])
  expect(ALL.filter((status) => isFinal(status) && ALL.some((to) => mayFollow(status, to)))).toEqual([])
  expect(ALL.filter(isFailed)).toEqual([3, 5, 7, 8])
})

test('before the source accepted there is only 3, whatever the error asks for', () => {
  expect([failureAfter(0, 7), failureAfter(1, 5), failureAfter(1)]).toEqual([3, 3, 3])
  expect([failureAfter(4, 7), failureAfter(4, 8), failureAfter(4), failureAfter(4, 3)]).toEqual([7, 8, 5, 5])
})
