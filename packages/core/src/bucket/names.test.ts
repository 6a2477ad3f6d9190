import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  formatCsvName,
  formatPackageName,
  manifestNameOf,
  parseCsvName,
  parsePackageName,
  taskDirectory,
} from './names.ts'

const slug = fc.stringMatching(/^[a-z][a-z0-9_]{0,62}$/)
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const day = fc.stringMatching(/^\d{8}$/)

test('the examples of the seed', () => {
  expect(formatPackageName({ dataSource: 'market_insight', taskId: 161, day: '20250826', executionId: 42 })).toBe(
    'market_insight_161_20250826_0000000042.zip',
  )
  expect(parseCsvName('market_insight_asin_161_20250826.csv')).toEqual({
    table: 'market_insight_asin',
    taskId: 161,
    day: '20250826',
  })
  expect(taskDirectory('', 161)).toBe('reports/161/')
  expect(manifestNameOf('a_1_20250826_0000000042.zip')).toBe('a_1_20250826_0000000042.manifest.json')
})

test('parse undoes format for packages', () => {
  fc.assert(
    fc.property(slug, id, day, id, (dataSource, taskId, on, executionId) => {
      const name = { dataSource, taskId, day: on, executionId }
      const parsed = parsePackageName(formatPackageName(name))
      // A source whose own name ends like `_7_20250101` could be read in two ways; formatting again settles it
      expect(parsed && formatPackageName(parsed)).toBe(formatPackageName(name))
    }),
  )
})

test('parse undoes format for files', () => {
  fc.assert(
    fc.property(slug, id, day, (table, taskId, on) => {
      expect(parseCsvName(formatCsvName(table, taskId, on))).toEqual({ table, taskId, day: on })
    }),
  )
})

test('names of one task sort in the order of its executions', () => {
  fc.assert(
    fc.property(slug, id, day, fc.integer({ min: 1, max: 9_999_999_998 }), (dataSource, taskId, on, executionId) => {
      const name = (executionIdOf: number) =>
        formatPackageName({ dataSource, taskId, day: on, executionId: executionIdOf })
      expect(name(executionId) < name(executionId + 1)).toBe(true)
    }),
  )
})

test.each([
  'market_insight.zip',
  'a_1_2025_0000000001.zip',
  'A_1_20250826_0000000001.zip',
  'a_01_20250826_0000000001.zip',
  'a_1_20250826_1.zip',
  '../a_1_20250826_0000000001.zip',
])('refuses the package name %s', (name) => expect(parsePackageName(name)).toBeUndefined())

test.each(['x; drop table y--_161_20250826.csv', 'a_1_20250826.CSV', 'a/b_1_20250826.csv', '_161_20250826.csv'])(
  'refuses the file name %s',
  (name) => expect(parseCsvName(name)).toBeUndefined(),
)
