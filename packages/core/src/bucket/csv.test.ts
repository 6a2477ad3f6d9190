import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatRecord, parseRecords } from './csv.ts'

const field = fc.option(fc.oneof(fc.string(), fc.stringMatching(/^[",\r\n a=+-]{0,6}$/)), { nil: null })

test('parse undoes format, NULL and the empty string kept apart', () => {
  fc.assert(
    fc.property(fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { maxLength: 5 }), (records) => {
      expect(parseRecords(records.map(formatRecord).join(''))).toEqual(records)
    }),
  )
})

test('quotes only where needed', () => {
  expect(formatRecord(['a b', '-5', '=1+1', null, '', 'x,y', 'say "hi"', 'two\nlines'])).toBe(
    'a b,-5,=1+1,,"","x,y","say ""hi""","two\nlines"\n',
  )
})

test('reads what spreadsheets write: a byte order mark, CRLF, no line feed at the end', () => {
  expect(parseRecords('\uFEFFa,b\r\n1,"x"\r\n2,')).toEqual([
    ['a', 'b'],
    ['1', 'x'],
    ['2', null],
  ])
})

test.each(['a,"b', 'a,"b"c\n'])('refuses %j', (text) => expect(() => parseRecords(text)).toThrow(SyntaxError))
