import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PARSERS } from './parsers.ts'
import { openOddStorage } from './s3-answers.ts'

/** Short here; `npm run fuzz -- --minutes N` goes on with the same. */
test.each(PARSERS)('$name', async ({ property }) => {
  await fc.assert(property(), { numRuns: 300 })
})

test('any answer of a storage', async () => {
  await using storage = await openOddStorage()
  await fc.assert(storage.property(), { numRuns: 60 })
  expect(storage.name).toBe('S3: any answer')
})
