import type { CheckStep, Finding } from '@datahub/core/check/check-step'
import { asDataHubError } from '@datahub/core/error/data-hub-error'

/** One thing that a connection test tries: what it gives back is what is shown, what it throws is why it failed. */
export interface Trial {
  readonly name: string
  readonly title: string
  /** Names of trials: it is tried even after a failure, unless one of these failed or was skipped. All before it when absent. */
  readonly needs?: readonly string[]
  run(signal: AbortSignal): Promise<Finding>
}

/** What is said of a trial that failed. */
export type Failure = Pick<CheckStep, 'message' | 'remedy' | 'code' | 'suggestion'>

/**
 * Tries one after the other and tells of each as soon as it is known; what needs one that failed is skipped. An abort of
 * the signal is nobody's verdict and is thrown.
 */
export async function* tryEach(
  trials: Iterable<Trial>,
  signal: AbortSignal,
  explain: (thrown: unknown, trial: Trial) => Failure = explainByMessage,
): AsyncGenerator<CheckStep, void> {
  const broken = new Set<string>()
  for (const trial of trials) {
    signal.throwIfAborted()
    const { name, title, needs } = trial
    if (needs ? needs.some((need) => broken.has(need)) : broken.size > 0) {
      broken.add(name)
      yield { name, title, verdict: 'skipped', message: 'Not tried, because a step before it failed.', durationMs: 0 }
      continue
    }
    const startedAt = performance.now()
    const outcome = await trial.run(signal).then(outcomeOf, (thrown: unknown) => {
      signal.throwIfAborted()
      broken.add(name)
      return { verdict: 'failed' as const, ...explain(thrown, trial) }
    })
    yield { name, title, ...outcome, durationMs: Math.round(performance.now() - startedAt) }
  }
}

function outcomeOf(seen: Finding) {
  return typeof seen === 'string'
    ? { verdict: 'passed' as const, message: seen }
    : { verdict: 'warning' as const, message: seen.warning, remedy: seen.remedy }
}

function explainByMessage(thrown: unknown, { title }: Trial): Failure {
  const error = asDataHubError(thrown, title.toLowerCase())
  const where = error.fields.map(({ field, problem }) => ` ${field}: ${problem}.`).join('')
  return { message: error.message + where, remedy: error.hint, code: error.code }
}
