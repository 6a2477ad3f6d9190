import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { explainConnecting, explainQuery } from './errors.ts'

/** What the server says, with something in its text that must not get out. */
function serverError(sqlState: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('value "secret" is wrong', 20, 'error'), {
    code: sqlState,
    detail: 'secret',
    position: '31',
  })
}

describe('what PostgreSQL says', () => {
  test.each([
    ['28P01', 'source.access_denied'],
    ['28000', 'source.access_denied'],
    ['3D000', 'source.access_denied'],
    ['42501', 'source.permission'],
    ['42P01', 'source.report_missing'],
    ['42703', 'source.report_missing'],
    ['3F000', 'source.report_missing'],
    ['42601', 'source.query_failed'],
    ['42804', 'source.query_failed'],
    ['22P02', 'source.query_failed'],
    ['25006', 'source.query_failed'],
    ['P0001', 'source.query_failed'],
    ['40001', 'source.interrupted'],
    ['57014', 'source.interrupted'],
    ['57P01', 'source.interrupted'],
    ['08006', 'source.interrupted'],
    ['53100', 'source.interrupted'],
    ['53300', 'source.unreachable'],
    ['57P03', 'source.unreachable'],
  ])('%s is %s, with its number and without its words', (sqlState, code) => {
    for (const error of [explainQuery(serverError(sqlState), 'read'), explainConnecting(serverError(sqlState))]) {
      expect(error).toMatchObject({ code, facts: { sqlState } })
      expect(error.cause).toBeUndefined()
      expect(JSON.stringify([error, error.message, error.hint])).not.toContain('secret')
    }
  })

  test('points at the place in the query that its author wrote', () => {
    expect(explainQuery(serverError('42601'), 'read', 26).facts).toEqual({ sqlState: '42601', character: 5 })
    expect(explainQuery(serverError('42601'), 'read', 26).hint).toContain('character 5')
    expect(explainQuery(serverError('42601'), 'read').facts).toEqual({ sqlState: '42601' })
  })
})

describe('what the network says', () => {
  const networkError = (code: string) => Object.assign(new Error(`connect ${code} secret`), { code })

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'ECONNRESET'])('%s while connecting is unreachable', (code) => {
    expect(explainConnecting(networkError(code))).toMatchObject({ code: 'source.unreachable', facts: { error: code } })
  })

  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT'])('%s while reading is an interruption', (code) => {
    expect(explainQuery(networkError(code), 'read')).toMatchObject({
      code: 'source.interrupted',
      facts: { error: code },
    })
  })

  test('a connection that just ends is an interruption, or unreachable while connecting', () => {
    const ended = new Error('Connection terminated unexpectedly')
    expect(explainQuery(ended, 'read').code).toBe('source.interrupted')
    expect(explainConnecting(ended).code).toBe('source.unreachable')
  })

  test('a password that is asked for and not there is a refused sign-in', () => {
    const error = new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a non-empty string')
    expect(explainConnecting(error).code).toBe('source.access_denied')
  })

  test('our own mistakes are not put on the database', () => {
    expect(explainQuery(new TypeError('x is not a function'), 'read').code).toBe('hub.internal')
  })
})
