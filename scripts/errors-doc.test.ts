import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { errorsDocPath, renderErrorsDoc } from './generate-errors-doc.ts'

test('docs/errors.md says what the table of error codes says', async () => {
  const doc = await readFile(errorsDocPath, 'utf8')
  expect(doc, 'mend it with: node scripts/generate-errors-doc.ts').toBe(renderErrorsDoc())
})
