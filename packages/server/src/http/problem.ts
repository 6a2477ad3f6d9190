import type { Problem } from '@datahub/core/api/error-shapes'
import { codes } from '@datahub/core/error/codes'
import { DataHubError, invalid } from '@datahub/core/error/data-hub-error'
import { problemsOf } from '@datahub/core/error/field-problems'
import { ORPCError, ValidationError } from '@orpc/server'
import { z } from 'zod'
import type { Logger } from '../foundation/logger.ts'

/** Errors on the wire: RFC 9457, our own words only. */

export const PROBLEM_TYPE = 'application/problem+json'

export function problemOf(error: DataHubError): Problem {
  const { httpStatus, summary } = codes[error.code]
  return {
    type: `urn:datahub:error:${error.code}`,
    title: summary,
    status: httpStatus,
    detail: error.message,
    code: error.code,
    cure: error.hint,
    errors: [...error.fields],
    facts: { ...error.facts },
  }
}

/** Only what we did not expect is worth a line in the hub's log. */
export function reportTo(logger: Logger, error: unknown): DataHubError {
  const known = toDataHubError(error)
  if (known.code === 'hub.internal') logger.error({ err: known }, 'request failed')
  return known
}

/** Any thrown thing as one of ours; what the contract's schemas refused becomes the fields that are wrong. */
export function toDataHubError(error: unknown): DataHubError {
  if (error instanceof DataHubError) return error
  if (error instanceof ORPCError && error.cause instanceof DataHubError) return error.cause
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') {
    const { cause } = error
    if (cause instanceof ValidationError)
      return invalid('use the input', problemsOf(new z.ZodError(cause.issues as z.core.$ZodIssue[]), '', cause.data))
    return invalid('read the input', [
      { field: 'body', problem: 'is not valid JSON', cure: 'Send JSON with "Content-Type: application/json".' },
    ])
  }
  return new DataHubError('hub.internal', 'answer the request', { cause: error })
}

/** The wrapper in which oRPC carries one of ours to the encoder. */
export function toORPCError(error: DataHubError): ORPCError<string, Problem> {
  const problem = problemOf(error)
  return new ORPCError(error.code, { status: problem.status, message: problem.detail, data: problem, cause: error })
}
