import {
  meaningOfStatus,
  STORAGE_ERRORS,
  STORAGE_SITUATIONS,
  type StorageError,
} from '@datahub/core/destination/storage-errors'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { remedyOf } from '@datahub/core/error/remedy'

/** The shapes in which clients and sockets report failures; only named fields are ever looked at. */
interface Reported {
  readonly name?: unknown
  readonly code?: unknown
  readonly message?: unknown
  readonly Region?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
}

/**
 * Any failure of a request to S3 as a DataHubError. The original is never kept, not even as a cause: it carries the
 * signed request, tokens included. `facts` have `code`, and where there was an answer `httpStatus` and `requestId`.
 */
export function asDestinationError(error: unknown, doing: string): DataHubError {
  if (error instanceof DataHubError) return error
  const reported = (error ?? {}) as Reported
  const code = [reported.code, reported.name].find(
    (name) => typeof name === 'string' && Object.hasOwn(STORAGE_ERRORS, name),
  ) as string | undefined
  const httpStatus = reported.$metadata?.httpStatusCode
  const region = harmless(reported.Region ?? reported.$response?.headers?.['x-amz-bucket-region'])
  const meaning = meaningOf(code, httpStatus, reported, region)
  const facts = {
    code: code ?? harmless(reported.name) ?? 'Unknown',
    httpStatus,
    requestId: harmless(reported.$metadata?.requestId),
    region,
  }
  const known = Object.entries(facts).filter((fact): fact is [string, string | number] => fact[1] !== undefined)
  return new DataHubError(meaning.code, doing, {
    facts: Object.fromEntries(known),
    ...(meaning.remedy ? { hint: meaning.remedy } : {}),
  })
}

/** The condition of the request did not hold. */
export function isConditionFalse(error: unknown): boolean {
  return httpStatusOf(error) === 412
}

/** The store does not know conditional writes, or this form of them. Whether it is really that shows in asking without. */
export function mayRefuseConditions(error: unknown): boolean {
  const status = httpStatusOf(error)
  return (
    status === 501 ||
    (status === 400 && ['NotImplemented', 'InvalidRequest', 'InvalidArgument'].includes(codeOf(error)))
  )
}

/** The request may have been carried out for all we know, or somebody else's at the same moment. */
export function isAmbiguous(error: unknown): boolean {
  if (!(error instanceof DataHubError) || error.code === 'destination.egress_blocked') return false
  const status = httpStatusOf(error)
  if (status === undefined)
    return ['destination.unreachable', 'destination.timeout', 'destination.not_s3'].includes(error.code)
  return status >= 500 || status === 200 || status === 409 || status === 412 || codeOf(error) === 'NoSuchUpload'
}

export function httpStatusOf(error: unknown): number | undefined {
  const status = error instanceof DataHubError ? error.facts['httpStatus'] : undefined
  return typeof status === 'number' ? status : undefined
}

function codeOf(error: unknown): string {
  return error instanceof DataHubError ? String(error.facts['code']) : ''
}

function meaningOf(
  code: string | undefined,
  status: number | undefined,
  reported: Reported,
  region: string | undefined,
): StorageError {
  // The text is looked at and thrown away: it may name what we must not repeat.
  if (code === 'AccessDenied' && /\bkms:/i.test(String(reported.message))) {
    return STORAGE_SITUATIONS['AccessDenied that names a kms: action']
  }
  const known = code === undefined ? undefined : STORAGE_ERRORS[code]
  const meaning = known ?? meaningOfStatus(status, region !== undefined)
  if (meaning.code !== 'destination.wrong_region' || region === undefined) return meaning
  return { code: 'destination.wrong_region', remedy: remedyOf(`The bucket is in ${region}: enter that region.`) }
}

/** A word of the vendor's that may be shown: nothing that could be a sentence, a token or a terminal's escape. */
function harmless(word: unknown): string | undefined {
  return typeof word === 'string' && /^[\w.-]{1,64}$/.test(word) ? word : undefined
}
