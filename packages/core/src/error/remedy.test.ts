import { expect, test } from 'vitest'
import { STORAGE_ERRORS, STORAGE_SITUATIONS, type StorageError } from '../destination/storage-errors.ts'
import { sayInChinese } from '../sentence/say-in-chinese.ts'
import { codes } from './codes.ts'
import { byItself, type Remedy } from './remedy.ts'

test('what is done by itself is a promise, which is taken back in the end', () => {
  const taken = 'It is not tried again by itself any more: retry it ("datahub execution retry").'
  expect(byItself()).toEqual({ meanwhile: 'It is tried again by itself.', inTheEnd: taken })
  expect(byItself({ deed: 'is made again', besides: 'if it goes on, check the disk.' })).toEqual({
    meanwhile: 'It is made again by itself; if it goes on, check the disk.',
    inTheEnd: `${taken} If it goes on, check the disk.`,
  })
  expect(byItself({ because: 'The storage asks to slow down', besides: 'For hours? Look who writes.' })).toEqual({
    meanwhile: 'The storage asks to slow down; it is tried again by itself. For hours? Look who writes.',
    inTheEnd: `${taken} The storage asks to slow down. For hours? Look who writes.`,
  })
})

test('in the end nothing promises another attempt, and Chinese has words for what is said instead', () => {
  const rows: readonly StorageError[] = [...Object.values(STORAGE_ERRORS), ...Object.values(STORAGE_SITUATIONS)]
  const remedies: Remedy[] = [
    ...Object.values(codes).map(({ cure, cureInTheEnd }) => ({ meanwhile: cure, inTheEnd: cureInTheEnd })),
    ...rows.flatMap(({ remedy }) => remedy ?? []),
  ]
  const changed = remedies.filter(({ meanwhile, inTheEnd }) => inTheEnd !== meanwhile)
  expect(changed.length).toBeGreaterThan(25)
  for (const { inTheEnd } of remedies)
    expect(inTheEnd.replace('It is not tried again by itself any more', '')).not.toMatch(/(again|anew) by itself/)
  for (const { inTheEnd } of changed)
    expect([inTheEnd, sayInChinese(inTheEnd)]).toEqual([
      inTheEnd,
      expect.stringMatching(/^\P{Script=Latin}+“datahub execution retry”\P{Script=Latin}*$/u),
    ])
})
