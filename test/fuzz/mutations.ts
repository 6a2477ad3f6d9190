import fc from 'fast-check'

/** What breaks parsers, and what they meet in the wild. */
const NASTY = [
  '',
  '"',
  '""',
  ',',
  '\n',
  '\r\n',
  '\0',
  '\uFEFF',
  '\u2028',
  '😀',
  '\ud800',
  '=1+1',
  '__proto__',
  'constructor',
  '{}',
  '[]',
  ':',
  '- ',
  '&a',
  '*a',
  '<<: *a',
  '!!js/function',
  '${x}',
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '&a;',
  '<![CDATA[',
  '</',
  '-1',
  '1e400',
  '99999999999999999999',
  '.0',
  'NaN',
  '../../x',
]

interface Edit {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(20),
    insert: fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 8 })),
  }),
  { maxLength: 6 },
)

/** A text that was valid before somebody laid hands on it. */
export function spoilt(valid: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(valid, edits).map(([text, changes]) => changes.reduce(applyText, text))
}

/** The same for bytes. */
export function spoiltBytes(valid: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc.tuple(valid, edits, fc.boolean()).map(([bytes, changes, cut]) => {
    const changed = changes.reduce((now, { at, remove, insert }) => {
      const index = Math.floor(at * now.length)
      return Buffer.concat([now.subarray(0, index), Buffer.from(insert), now.subarray(index + remove)])
    }, bytes)
    return cut ? changed.subarray(0, Math.floor(changed.length * (changes[0]?.at ?? 1))) : changed
  })
}

function applyText(text: string, { at, remove, insert }: Edit): string {
  const index = Math.floor(at * text.length)
  return text.slice(0, index) + insert + text.slice(index + remove)
}
