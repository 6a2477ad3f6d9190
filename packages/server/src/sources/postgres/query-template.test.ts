import { describe, expect, test } from 'vitest'
import { fillQuery } from '../query-template.ts'
import { readQuery } from './query-template.ts'

const filled = (query: string) => {
  const template = readQuery(query)
  if ('problem' in template) throw new Error(template.problem)
  return fillQuery(template, (end, index) => `<${end}${index}>`)
}

describe('placeholders of a query', () => {
  test('are filled in, in order', () => {
    expect(filled('select * from t where d >= :from and d < :to and :from < x')).toBe(
      'select * from t where d >= <from0> and d < <to1> and <from2> < x',
    )
    expect(filled('select :from::date')).toBe('select <from0>::date')
  })

  test.each([
    ["select ':from', 'it''s :to'"],
    [`select ":from" from "a"":to"`],
    ["select E'\\':from' || e'\\\\'"],
    ['select $$:from$$, $tag$ $$ :to $tag$, a$b$ from t'],
    ['select 1 -- :from\n + 2'],
    ['select /* :from /* :to */ :from */ 1'],
    ['select x::fromage, y::to, z :fromage'],
    ['select date_trunc($_$:to$_$, é$x)'],
  ])('are left alone inside literals, names, comments and casts: %s', (query) => {
    expect(filled(query)).toBe(query)
  })

  test('a semicolon at the end is dropped, blanks and comments after it are not', () => {
    expect(filled('select 1;')).toBe('select 1 ')
    expect(filled("select ';' ; -- done\n")).toBe("select ';'   -- done\n")
  })

  test.each([
    ['select 1; drop table t', 'must be one statement, without ;'],
    ['select $1', 'has $1; only :from and :to can be filled in'],
    ["select 'abc", "has a ' that is never closed"],
    ['select "abc', 'has a " that is never closed'],
    ['select $x$ :from', 'has a $x$ that is never closed'],
    ['select 1 /* /* */', 'has a /* that is never closed'],
    ['  -- nothing\n ;', 'is empty'],
    ['', 'is empty'],
    ['select \0', 'must not contain NUL'],
  ])('%j %s', (query, problem) => {
    expect(readQuery(query)).toEqual({ problem })
  })
})
