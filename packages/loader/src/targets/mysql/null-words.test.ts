import { formatRecord, parseRecords } from '@datahub/core/bucket/csv'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withNullWords } from './null-words.ts'

async function rewrite(text: string, size: number): Promise<string> {
  const bytes = Buffer.from(text)
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const out: Buffer[] = []
  for await (const piece of withNullWords(pieces())) out.push(piece)
  return Buffer.concat(out).toString()
}

const field = fc.option(fc.oneof(fc.constantFrom('NULL', 'NUL', 'NULLS', '', 'null', ',', '"', '\n'), fc.string()), {
  nil: null,
})

test('only NULL and the word NULL change, wherever the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 9 }),
      async (records, size) => {
        const rewritten = await rewrite(records.map(formatRecord).join(''), size)
        // Read back with NULL spelt as a word: an unquoted NULL is null, a quoted one is text.
        const marked = parseRecords(rewritten.replaceAll('"NULL"', '"\u0001"'))
        const read = marked.map((record) =>
          record.map((value) => (value === 'NULL' ? null : value === '\u0001' ? 'NULL' : value)),
        )
        expect(read).toEqual(records)
      },
    ),
  )
})

test('a last line without line feed is treated alike', async () => {
  expect(await rewrite('1,,a\n2,b,', 3)).toBe('1,NULL,a\n2,b,NULL')
  expect(await rewrite('a,NULL', 4)).toBe('a,"NULL"')
  expect(await rewrite('\n\n', 1)).toBe('NULL\nNULL\n')
})
