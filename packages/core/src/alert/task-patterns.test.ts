import { expect, test } from 'vitest'
import { isAbout } from './task-patterns.ts'

test.each([
  [['Acme daily'], 'Acme daily', true],
  [['Acme daily'], 'Acme daily 2', false],
  [['Acme *'], 'Acme daily', true],
  [['Acme *'], 'Our Acme daily', false],
  [['*（中国）'], '广告（中国）', true],
  [['a.c'], 'abc', false],
  [['*[1]*'], 'x[1]y', true],
  [['other', '*daily'], 'Acme daily', true],
  [[], 'Acme daily', false],
])('%j is about %j: %s', (patterns, name, is) => {
  expect(isAbout(patterns, name)).toBe(is)
})
