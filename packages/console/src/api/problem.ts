import type { Problem } from '@datahub/core/api/error-shapes'
import { ORPCError } from '@orpc/client'

/** An error as the hub sends it (RFC 9457): what could not be done, and what to do about it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** Anything thrown, as a problem to show. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  if (error instanceof ORPCError && isProblem(error.data)) return error.data
  if (error instanceof TypeError) return unreachable
  return { ...unknown, facts: error instanceof Error ? { error: error.name } : {} }
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value && 'status' in value
}

const none = { type: 'about:blank', errors: [], facts: {} }

/** The hub did not answer at all. Pages translate it by its code, as all others. */
const unreachable: Problem = {
  ...none,
  title: 'the hub does not answer',
  status: 0,
  code: 'hub.unreachable',
  detail: 'The hub does not answer.',
  cure: 'Check the network and whether the hub is running; this page tries again by itself.',
}

export const unknown: Problem = {
  ...none,
  title: 'something unexpected happened',
  status: 500,
  code: 'hub.internal',
  detail: 'Something unexpected happened.',
  cure: 'Try again; if it happens again, look at the log of the hub around this time and report it.',
}
