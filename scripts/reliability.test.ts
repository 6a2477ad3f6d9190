import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { reliabilityPage, reliabilityPath } from './generate-reliability.ts'
import { untested } from './reliability/render-page.ts'

test('docs/reliability.md says what the names of the tests say', async () => {
  const page = await readFile(reliabilityPath, 'utf8')
  expect(page, 'mend it with: node scripts/generate-reliability.ts').toBe(await reliabilityPage())
})

test('every promise has a test that begins with its number', () => {
  // R38 comes with the sign-in of people
  expect(untested().filter((number) => number !== 'R38')).toEqual([])
})
