import type { CheckStep, Finding } from '@datahub/core/check/check-step'
import { asDataHubError, DataHubError } from '@datahub/core/error/data-hub-error'

export interface Step {
  readonly name: string
  readonly title: string
  /** Throws a DataHubError when what it tries does not work. */
  run(signal: AbortSignal): Promise<Finding>
}

/**
 * Runs the steps one after the other and tells of each as soon as it is known; after a failure the rest are skipped.
 * All of them together have `limitMs`. Throws only the reason of `signal`.
 */
export async function* runSteps(
  steps: Iterable<Step>,
  signal: AbortSignal,
  limitMs: number,
): AsyncGenerator<CheckStep, void> {
  const deadline = AbortSignal.timeout(limitMs)
  const either = AbortSignal.any([signal, deadline])
  let broken = false
  for (const { name, title, run } of steps) {
    signal.throwIfAborted()
    if (broken) {
      yield { name, title, verdict: 'skipped', message: 'Not tried, because an earlier step failed.', durationMs: 0 }
      continue
    }
    const startedAt = performance.now()
    const outcome = await run(either).catch((error: unknown) => {
      signal.throwIfAborted()
      return deadline.aborted ? new DataHubError('destination.timeout', 'finish the connection test') : error
    })
    const durationMs = Math.round(performance.now() - startedAt)
    if (typeof outcome === 'string') yield { name, title, verdict: 'passed', message: outcome, durationMs }
    else if (isWarning(outcome)) {
      yield { name, title, verdict: 'warning', message: outcome.warning, remedy: outcome.remedy, durationMs }
    } else {
      broken = true
      const error = asDataHubError(outcome, 'test the connection')
      const { region } = error.facts
      const suggestion =
        error.code === 'destination.wrong_region' && typeof region === 'string'
          ? { suggestion: { field: 'region', value: region } }
          : {}
      yield {
        name,
        title,
        verdict: 'failed',
        message: sentence(error),
        remedy: error.hint,
        code: error.code,
        ...suggestion,
        durationMs,
      }
    }
  }
}

function isWarning(outcome: unknown): outcome is Exclude<Finding, string> {
  return typeof outcome === 'object' && outcome !== null && 'warning' in outcome
}

/** `The storage refused access (AccessDenied).` */
function sentence(error: DataHubError): string {
  const { summary } = error.is
  const { code, httpStatus } = error.facts
  // What has no name of its own is told by the status that came with it.
  const named = code === 'Error' || code === 'Unknown' ? httpStatus && `HTTP ${httpStatus}` : code
  return `${summary[0]?.toUpperCase()}${summary.slice(1)}${named === undefined ? '' : ` (${named})`}.`
}
