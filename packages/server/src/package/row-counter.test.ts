import { formatRecord, parseRecords } from '@datahub/core/bucket/csv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanRows } from './deflate-block.ts'
import { RowCounter } from './row-counter.ts'

/** Cuts into pieces at the given places. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return borders.slice(1).map((end, index) => bytes.subarray(borders[index], end))
}

function count(...parts: readonly (string | Uint8Array)[]): RowCounter {
  const counter = new RowCounter()
  for (const part of parts) counter.add(scanRows(typeof part === 'string' ? Buffer.from(part) : part))
  return counter
}

describe('The row counter', () => {
  it('agrees with a parser, wherever the CSV is cut', () => {
    const field = fc.option(fc.string({ unit: fc.constantFrom('"', '\n', ',', '\r', '*', 'ü', '☃', 'a', 'xyz 12345') }))
    const records = fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(records, fc.array(fc.nat(), { maxLength: 6 }), (table, cuts) => {
        const text = table.map(formatRecord).join('')
        const counter = count(...pieces(Buffer.from(text), cuts))
        expect(counter.rows).toBe(parseRecords(text).length - 1)
        expect(counter.insideQuotes).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('agrees with a count byte by byte, whatever the bytes', () => {
    const byte = fc.oneof(fc.constantFrom(0x22, 0x0a, 0x2a, 0x02, 0x00, 0x80, 0x0b, 0x23, 0xff), fc.nat(255))
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 200 }), fc.array(fc.nat(), { maxLength: 6 }), (bytes, cuts) => {
        let ends = 0
        let quoted = false
        for (const value of bytes) {
          if (value === 0x22) quoted = !quoted
          if (value === 0x0a && !quoted) ends += 1
        }
        const unended = bytes.length > 0 && bytes.at(-1) !== 0x0a ? 1 : 0
        const counter = count(...pieces(Uint8Array.from(bytes), cuts))
        expect(counter.rows).toBe(Math.max(0, ends + unended - 1))
        expect(counter.insideQuotes).toBe(quoted)
      }),
      { numRuns: 1000 },
    )
  })

  it('does not count the header, nor anything where there is none', () => {
    expect(count().rows).toBe(0)
    expect(count('').rows).toBe(0)
    expect(count('a,b\n').rows).toBe(0)
    expect(count('a,b').rows).toBe(0)
  })

  it('counts a last row without its line feed, empty rows and rows that end in CR LF', () => {
    expect(count('a\n1').rows).toBe(1)
    expect(count('a\n1\n2').rows).toBe(2)
    expect(count('a\n\n\n').rows).toBe(2)
    expect(count('a,b\r\n1,2\r\n').rows).toBe(1)
  })

  it('says when a quote is left open', () => {
    expect(count('a\n"x\n').insideQuotes).toBe(true)
    expect(count('a\n"x""', '\n').insideQuotes).toBe(true)
    expect(count('a\n"x"', '"', '"\n').insideQuotes).toBe(false)
  })
})
