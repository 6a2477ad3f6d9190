import { expect, test } from 'vitest'
import type { ColumnType } from '../bucket/column.ts'
import { Filter, readFilter } from './filter.ts'
import { operatorsOf } from './operators.ts'

const read = (type: ColumnType, operator: string, value?: unknown) =>
  readFilter(Filter.parse({ column: 'c', operator, ...(value === undefined ? {} : { value }) }), type)

test.each([
  ['text', '=', "Robert'); drop table --", ["Robert'); drop table --"]],
  ['text', 'in', ['US', 7, true], ['US', '7', 'true']],
  ['bigint', '>=', '9223372036854775807', ['9223372036854775807']],
  ['decimal', '<', -0.5, ['-0.5']],
  ['date', '=', '2024-02-29', ['2024-02-29']],
  ['timestamptz', '>', '2024-01-31T12:00:00.123456+08:00', ['2024-01-31T12:00:00.123456+08:00']],
  ['boolean', '=', true, ['true']],
  ['json', 'is null', undefined, []],
] as const)('a column of type %s takes %s %j', (type, operator, value, values) => {
  expect(read(type, operator, value)).toEqual({ values })
})

test.each([
  ['integer', '=', 'seven', 'value', 'must be a whole number'],
  ['integer', '=', 2.5, 'value', 'must be a whole number'],
  ['bigint', '=', Number('9007199254740993'), 'value', 'must be written in quotes'],
  ['date', '=', '31.01.2024', 'value', 'must be a day'],
  ['timestamptz', '=', '2024-01-31T12:00:00', 'value', 'must be an instant with its offset'],
  ['integer', 'contains', '7', 'operator', '"contains" does not fit a column of type integer'],
  ['json', '=', '{}', 'operator', '"=" does not fit a column of type json'],
  ['text', 'in', 'US', 'value', 'must be a list'],
  ['text', '=', ['US'], 'value', 'must be one value'],
  ['text', 'is null', 'x', 'value', '"is null" takes no value'],
  ['text', '=', undefined, 'value', 'is missing'],
  ['text', '=', 'a\0b', 'value', 'must be text without NUL'],
] as const)('a column of type %s does not take %s %j', (type, operator, value, field, problem) => {
  expect(read(type, operator, value)).toMatchObject({ field, problem, cure: expect.stringMatching(/\w/) })
})

test('every type can be asked for NULL', () => {
  const types: ColumnType[] = ['boolean', 'bigint', 'decimal', 'date', 'time', 'text', 'uuid', 'json', 'bytes']
  for (const type of types) expect(operatorsOf(type)).toEqual(expect.arrayContaining(['is null', 'is not null']))
})
