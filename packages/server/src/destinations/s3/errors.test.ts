import { STORAGE_ERRORS } from '@datahub/core/destination/storage-errors'
import { codes } from '@datahub/core/error/codes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { describe, expect, test } from 'vitest'
import { asDestinationError, isAmbiguous, isConditionFalse, mayRefuseConditions } from './errors.ts'

/** A failure as the client reports it. */
function reported(name: string, httpStatusCode?: number, more: object = {}) {
  return Object.assign(new Error('vendor text'), { name, $metadata: { httpStatusCode, requestId: 'REQ-1' }, ...more })
}

describe('R20: every row of the table', () => {
  test.each(Object.entries(STORAGE_ERRORS))('%s', (name, meaning) => {
    for (const error of [reported(name, 400), Object.assign(new Error('x'), { code: name })]) {
      const told = asDestinationError(error, 'store x')
      expect(told.code).toBe(meaning.code)
      expect(told.facts['code']).toBe(name)
      expect(told.message).toBe(`Could not store x: ${codes[meaning.code].summary}.`)
      expect(told.hint).toMatch(/^[A-Z].*[.?]$/)
      expect(told.cause).toBeUndefined()
      expect(told.is.status).toBe(7)
    }
  })
})

test.each([
  [undefined, 'destination.unreachable'],
  [301, 'destination.not_s3'],
  [400, 'destination.refused'],
  [403, 'destination.not_s3'],
  [404, 'destination.not_s3'],
  [408, 'destination.timeout'],
  [429, 'destination.busy'],
  [500, 'destination.busy'],
  [503, 'destination.busy'],
])('an unknown code is judged by its status %s', (status, code) => {
  expect(asDestinationError(reported('Whatever', status), 'x').code).toBe(code)
})

test('our own errors pass as they are', () => {
  const error = new DataHubError('package.corrupt', 'x')
  expect(asDestinationError(error, 'y')).toBe(error)
})

test.each([undefined, null, 'text', 42, {}])('%j, thrown, is an error as well', (thrown) => {
  expect(asDestinationError(thrown, 'x').code).toBe('destination.unreachable')
})

test("R34: a vendor's words are shown only if they are one harmless word", () => {
  const error = reported('Name with a secret sentence', 400, { Region: 'eu\u001b[31m', message: 'kms: secret' })
  expect(asDestinationError(error, 'x').facts).toEqual({ code: 'Unknown', httpStatus: 400, requestId: 'REQ-1' })
})

test('what has to be settled by reading back, and what not', () => {
  const ambiguous = (name: string, status?: number) => isAmbiguous(asDestinationError(reported(name, status), 'x'))
  expect(ambiguous('ECONNRESET')).toBe(true)
  expect(ambiguous('TimeoutError')).toBe(true)
  expect(ambiguous('InternalError', 500)).toBe(true)
  expect(ambiguous('InternalError', 200)).toBe(true)
  expect(ambiguous('ConditionalRequestConflict', 409)).toBe(true)
  expect(ambiguous('PreconditionFailed', 412)).toBe(true)
  expect(ambiguous('NoSuchUpload', 404)).toBe(true)
  expect(ambiguous('AccessDenied', 403)).toBe(false)
  expect(ambiguous('CERT_HAS_EXPIRED')).toBe(false)
  expect(isAmbiguous(new DataHubError('destination.egress_blocked', 'x'))).toBe(false)
  expect(isAmbiguous(new DataHubError('package.corrupt', 'x'))).toBe(false)
})

test('conditions that are false are told from conditions that are refused', () => {
  const error = (name: string, status: number) => asDestinationError(reported(name, status), 'x')
  expect(isConditionFalse(error('PreconditionFailed', 412))).toBe(true)
  expect(isConditionFalse(error('NotImplemented', 501))).toBe(false)
  expect(mayRefuseConditions(error('NotImplemented', 501))).toBe(true)
  expect(mayRefuseConditions(error('InvalidArgument', 400))).toBe(true)
  expect(mayRefuseConditions(error('ExpiredToken', 400))).toBe(false)
})
