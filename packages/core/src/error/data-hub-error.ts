import { codes, type CodeFacts, type ErrorCode } from './codes.ts'
import { remedyOf, type Remedy } from './remedy.ts'

/** One wrong field of some input: where it stands, what is wrong with it, and what would be right. */
export interface FieldProblem {
  /** A path a person finds again, such as `tasks[1].schedule.at` or `hub.yaml:14:9 tasks[1].schedule.at`. */
  readonly field: string
  readonly problem: string
  readonly cure: string
}

export interface ErrorDetails {
  readonly cause?: unknown
  /** More exact than the cure of the code. */
  readonly hint?: string | Remedy
  readonly fields?: readonly FieldProblem[]
  /** Facts that help support and are safe to show, such as a vendor's error code or request id. Never a vendor's text. */
  readonly facts?: Readonly<Record<string, string | number>>
  /** How long whoever refused wants to be left alone before the next attempt. */
  readonly retryAfterMs?: number
}

/**
 * The one error that crosses module borders. Its message reads "Could not <doing>: <summary>." and is our own text,
 * so it may be shown, logged and written into a sync log.
 */
export class DataHubError extends Error {
  override readonly name = 'DataHubError'
  readonly code: ErrorCode
  readonly hint: string
  /** The same once the last attempt has failed. */
  readonly hintInTheEnd: string
  readonly fields: readonly FieldProblem[]
  readonly facts: Readonly<Record<string, string | number>>
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, doing: string, details: ErrorDetails = {}) {
    super(`Could not ${doing}: ${codes[code].summary}.`, details.cause === undefined ? {} : { cause: details.cause })
    this.code = code
    const { cure, cureInTheEnd } = codes[code]
    const { meanwhile, inTheEnd } = remedyOf(details.hint ?? { meanwhile: cure, inTheEnd: cureInTheEnd })
    this.hint = meanwhile
    this.hintInTheEnd = inTheEnd
    this.fields = details.fields ?? []
    this.facts = details.facts ?? {}
    this.retryAfterMs = details.retryAfterMs
  }

  get is(): CodeFacts {
    return codes[this.code]
  }
}

/** Any thrown thing as a DataHubError: what we do not know is `hub.internal`, with the original kept as its cause. */
export function asDataHubError(error: unknown, doing: string): DataHubError {
  return error instanceof DataHubError ? error : new DataHubError('hub.internal', doing, { cause: error })
}

/** Bad input: every wrong field at once. */
export function invalid(doing: string, fields: readonly FieldProblem[]): DataHubError {
  const first = fields[0]
  return new DataHubError('request.invalid', doing, { fields, ...(first ? { hint: first.cure } : {}) })
}
