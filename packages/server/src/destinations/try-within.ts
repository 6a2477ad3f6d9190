import type { CheckStep } from '@datahub/core/check/check-step'
import { asDataHubError, DataHubError } from '@datahub/core/error/data-hub-error'
import { tryEach, type Failure, type Trial } from '../foundation/try-each.ts'

/** Tries one after the other; all of them together have `limitMs`. Throws only the reason of `signal`. */
export function tryWithin(
  limitMs: number,
  trials: Iterable<Trial>,
  signal: AbortSignal,
): AsyncGenerator<CheckStep, void> {
  const deadline = AbortSignal.timeout(limitMs)
  const limited = under(AbortSignal.any([signal, deadline]), trials)
  return tryEach(limited, signal, (thrown) =>
    explain(deadline.aborted ? new DataHubError('destination.timeout', 'finish the connection test') : thrown),
  )
}

/** One by one: which trials there are may depend on those before. */
function* under(signal: AbortSignal, trials: Iterable<Trial>): Generator<Trial> {
  for (const trial of trials) yield { ...trial, run: () => trial.run(signal) }
}

function explain(thrown: unknown): Failure {
  const error = asDataHubError(thrown, 'test the connection')
  const { region } = error.facts
  const isElsewhere = error.code === 'destination.wrong_region' && typeof region === 'string'
  return {
    message: sentence(error),
    remedy: error.hint,
    code: error.code,
    ...(isElsewhere ? { suggestion: { field: 'region', value: region } } : {}),
  }
}

/** `The storage refused access (AccessDenied).` */
function sentence(error: DataHubError): string {
  const { summary } = error.is
  const { code, httpStatus } = error.facts
  // What has no name of its own is told by the status that came with it.
  const named = code === 'Error' || code === 'Unknown' ? httpStatus && `HTTP ${httpStatus}` : code
  return `${summary[0]?.toUpperCase()}${summary.slice(1)}${named === undefined ? '' : ` (${named})`}.`
}
