import { expect, test } from 'vitest'
import { z } from 'zod'
import { nearest, problemsOf } from './field-problems.ts'

const Settings = z.strictObject({
  port: z.number(),
  kind: z.enum(['a', 'b']),
  day: z.string().regex(/^\d+$/, 'must be digits'),
  name: z.string().regex(/^\d+$/, 'A name has digits only.'),
  key: z.string().min(9, 'must be longer'),
  list: z.array(z.number()),
})

function problems(input: unknown): string[] {
  const result = Settings.safeParse(input)
  if (result.success) return []
  return problemsOf(result.error, 'sources[0]', input).map(({ field, problem }) => `${field} ${problem}`)
}

test('names the field, quotes the value, and says what is wrong with it', () => {
  expect(
    problems({ port: 'x', kind: 'c', day: 'Monday', name: 'Bob', key: 'canary', list: [1, true], extra: 1 }),
  ).toEqual([
    'sources[0].port "x" must be a number',
    'sources[0].kind "c" must be one of a, b',
    'sources[0].day "Monday" must be digits',
    'sources[0].name A name has digits only.',
    'sources[0].key "canary" must be longer',
    'sources[0].list[1] true must be a number',
    'sources[0].extra is not a known field',
  ])
})

test('what is missing is said to be missing, once for each', () => {
  expect(problems({ port: 1, kind: 'a', day: '1', name: '1' })).toEqual([
    'sources[0].key is missing',
    'sources[0].list is missing',
  ])
})

test('a value that is long is cut, and one in an inherited property is not looked at', () => {
  expect(
    problems({ port: 'x'.repeat(200), kind: 'a', day: '1', name: '1', key: '123456789', list: [] })[0],
  ).toHaveLength('sources[0].port  must be a number'.length + 80)
})

test('without the input nothing of it is told, and a whole text in place of fields never is', () => {
  const result = Settings.safeParse({ port: 'canary' })
  expect(JSON.stringify(problemsOf(result.error as z.ZodError))).not.toContain('canary')
  expect(problems('canary')).toEqual(['sources[0] must be a block of fields'])
})

test('finds the name that was meant', () => {
  expect(nearest('us-esat-1', ['us-east-1', 'eu-west-1'])).toBe('us-east-1')
  expect(nearest('nothing', ['us-east-1'])).toBeUndefined()
})
