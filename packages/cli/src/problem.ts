import type { Problem } from '@datahub/core/api/error-shapes'
import { codes, EXIT, type ErrorCode } from '@datahub/core/error/codes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { exitCodeOf } from './exit-code.ts'

/** An error as the API sends it, on its way to the person: the same shape whether the hub or the command line found it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem
  readonly exitCode: number

  constructor(problem: Problem, exitCode = exitCodeOf(problem)) {
    super(problem.detail)
    this.problem = problem
    this.exitCode = exitCode
  }
}

/** Anything thrown, as a problem to show. What we do not know becomes `hub.internal`, without its stack. */
export function asProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof DataHubError) return new ProblemError(problemOf(error))
  return new ProblemError({
    ...problem('hub.internal', 'The command met something unexpected.'),
    cure: 'Run it again; if it happens again, report it with the command you ran.',
    facts: { error: error instanceof Error ? `${error.name}: ${error.message}` : typeof error },
  })
}

/** The command line was not understood; nothing has been done. */
export function usageError(detail: string, cure: string): ProblemError {
  return new ProblemError({ ...problem('request.invalid', detail), cure }, EXIT.usage)
}

function problemOf(error: DataHubError): Problem {
  return { ...problem(error.code, error.message), cure: error.hint, errors: [...error.fields], facts: error.facts }
}

/** A problem with what is known of its code; `detail` is the whole sentence. */
export function problem(code: ErrorCode, detail: string): Problem {
  const { summary, cure, httpStatus } = codes[code]
  return {
    type: `urn:datahub:error:${code}`,
    title: summary,
    status: httpStatus,
    detail,
    code,
    cure,
    errors: [],
    facts: {},
  }
}
