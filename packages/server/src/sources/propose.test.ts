import type { Column } from '@datahub/core/bucket/column'
import { expect, test } from 'vitest'
import { proposeDateColumn, proposeTable } from './propose.ts'

const column = (name: string, type: Column['type']): Column => ({ name, type, nullable: true })

test.each([
  ['Daily.Report', 'daily_report'],
  ['Müller-Sales 2024', 'mu_ller_sales_2024'],
  ['2024_sales', 'report_2024_sales'],
  ['花', 'report'],
  ['x'.repeat(80), 'x'.repeat(63)],
])('%s becomes the table %s', (name, table) => {
  expect(proposeTable(name)).toBe(table)
})

test('the date column proposed is that of the data, not of the row', () => {
  const columns = [column('updated_at', 'timestamptz'), column('report_date', 'date'), column('n', 'bigint')]
  expect(proposeDateColumn(columns)).toBe('report_date')
  expect(proposeDateColumn([column('updated_on', 'date'), column('at', 'timestamptz')])).toBe('at')
  expect(proposeDateColumn([column('a', 'date'), column('b', 'date')], ['b'])).toBe('b')
  expect(proposeDateColumn([column('n', 'bigint')])).toBeUndefined()
  // Of a list of things without days: better none than one that cuts by when it was touched
  expect(proposeDateColumn([column('name', 'text'), column('updated_at', 'timestamptz')])).toBeUndefined()
})
