import { expect, test } from 'vitest'
import { PostgresConnection, PostgresReport } from './settings.ts'

const problems = (report: object) => {
  const result = PostgresReport.safeParse({ table: 'daily', ...report })
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

test.each([
  [{ from: 'public.daily' }, []],
  [{ query: 'select 1' }, []],
  [{}, ['from: either from or query is needed']],
  [{ from: 'daily', query: 'select 1' }, ['query: either from or query, not both']],
  [{ from: 'a b' }, ['from: must read table or schema.table; write names with capitals or dots in double quotes']],
  [{ query: 'select 1; select 2' }, ['query: must be one statement, without ;']],
  [{ from: 'daily', having: 'true' }, [': Unrecognized key: "having"']],
  [{ from: 'daily', columns: ['n', 'n'] }, ['columns: names a column twice']],
  [
    { from: 'daily', columns: ['n'], dateColumn: 'day', primaryKey: ['day', 'n'] },
    ['columns: must contain day, which is a date column or key'],
  ],
])('of the report %j is wrong: %j', (report, wrong) => {
  expect(problems(report)).toEqual(wrong)
})

test('a connection needs little, and keeps its password to itself', () => {
  const connection = PostgresConnection.parse({ host: '::1', database: 'ads', user: 'reader', password: 'hunter2' })
  expect(connection).toMatchObject({ port: 5432, tls: 'off', deadlineMinutes: 60 })
  expect(JSON.stringify(connection)).not.toContain('hunter2')
})
