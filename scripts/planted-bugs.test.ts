import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plant, readBugs, root } from '../test/planted/planted-bug.ts'

describe('a planted bug', () => {
  it.each(readBugs())('$id can still be planted', (bug) => {
    const source = readFileSync(resolve(root, bug.file), 'utf8')
    expect(plant(bug, source)).not.toBe(source)
  })

  it('keeps the indentation of its place', () => {
    const bug = {
      id: 'x',
      breaks: '',
      file: 'f',
      text: 'a()\nb()',
      replacement: 'b()\na()',
      test: '',
      name: '',
      because: '',
    }
    expect(plant(bug, '{\n    a()\n    b()\n}\n')).toBe('{\n    b()\n    a()\n}\n')
  })

  it.each(['', 'a()\n', 'a()\nb()\na()\nb()\n'])('is refused where its text does not stand once: %j', (source) => {
    const bug = { id: 'x', breaks: '', file: 'f', text: 'a()\nb()', replacement: '', test: '', name: '', because: '' }
    expect(() => plant(bug, source)).toThrow(/the text of x stands (not|\d times) in f/)
  })
})
