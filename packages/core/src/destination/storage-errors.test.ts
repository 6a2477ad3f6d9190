import { describe, expect, test } from 'vitest'
import { codes } from '../error/codes.ts'
import { classOf, type ErrorClass } from '../error/error-class.ts'
import { meaningOfStatus, STORAGE_ERRORS, STORAGE_SITUATIONS, type StorageError } from './storage-errors.ts'
import { storageErrorsPage } from './storage-errors-page.ts'

const everyRow: Record<string, StorageError> = { ...STORAGE_ERRORS, ...STORAGE_SITUATIONS }

describe('R20: every row of the table', () => {
  test.each(Object.entries(everyRow))('%s', (_name, { code, remedy }) => {
    expect(codes[code].status, 'sending failed').toBe(7)
    expect(remedy?.meanwhile ?? codes[code].cure).toMatch(/^[A-Z].{10,}[.?]$/)
    expect(classOf(code) === 'transient', 'only what passes by itself says so').toBe(
      codes[code].retry === 'later' && codes[code].fault !== 'operator',
    )
  })

  test.each<[ErrorClass, string[]]>([
    [
      'transient',
      [
        'SlowDown',
        'InternalError',
        'ServiceUnavailable',
        'RequestTimeout',
        'OperationAborted',
        'NoSuchUpload',
        'TemporaryRedirect',
        'ThrottlingException',
        'BadDigest',
        'EAI_AGAIN',
        'ECONNREFUSED',
        'ECONNRESET',
        'an expired token of a role',
      ],
    ],
    [
      'user',
      [
        'NoSuchBucket',
        'InvalidAccessKeyId',
        'SignatureDoesNotMatch',
        'AccountProblem',
        'PermanentRedirect',
        'KMS.DisabledException',
        'AccessControlListNotSupported',
        'CERT_HAS_EXPIRED',
        'AccessDenied for AssumeRole',
        'AssumeRole without the external ID succeeds',
        'an address that the operator does not allow',
      ],
    ],
    ['ambiguous', ['AccessDenied', 'RequestTimeTooSkewed', 'ENOTFOUND', '403 or 404 that is not XML']],
    ['ours', ['EntityTooSmall', 'EntityTooLarge']],
  ])('%s are among others', (expected, names) => {
    for (const name of names) expect(classOf(everyRow[name]?.code ?? 'hub.internal'), name).toBe(expected)
  })
})

test.each([
  [undefined, false, 'destination.unreachable'],
  [301, true, 'destination.wrong_region'],
  [301, false, 'destination.not_s3'],
  [400, false, 'destination.refused'],
  [403, false, 'destination.not_s3'],
  [404, false, 'destination.not_s3'],
  [408, false, 'destination.timeout'],
  [429, false, 'destination.busy'],
  [503, false, 'destination.busy'],
])('a status alone, %s with region %s, is judged', (status, hasRegion, code) => {
  expect(meaningOfStatus(status, hasRegion).code).toBe(code)
})

test('the page of the documentation says what the table says', async () => {
  await expect(storageErrorsPage()).toMatchFileSnapshot('../../../../docs/storage-errors.md')
})
