import type { CheckStep, Finding } from '@datahub/core/check/check-step'
import { asDataHubError } from '@datahub/core/error/data-hub-error'

/** One thing that a connection test tries: what it returns is what is shown. */
export interface Trial {
  readonly name: string
  readonly title: string
  /** Runs even when something before it failed, unless that was one of these. */
  readonly needs: readonly string[]
  run(): Promise<Finding>
}

/**
 * The trials, one after the other, as steps. What throws is a failed step; what needs a failed step is skipped. An abort
 * of the signal is nobody's verdict and is thrown.
 */
export async function* tryEach(trials: Iterable<Trial>, signal: AbortSignal): AsyncGenerator<CheckStep> {
  const failed = new Set<string>()
  for (const { name, title, needs, run } of trials) {
    signal.throwIfAborted()
    const broken = needs.find((need) => failed.has(need))
    if (broken) {
      failed.add(name)
      yield { name, title, verdict: 'skipped', message: 'Not tried, because a step before it failed.', durationMs: 0 }
      continue
    }
    const startedAt = performance.now()
    const durationMs = () => Math.round(performance.now() - startedAt)
    try {
      const seen = await run()
      yield typeof seen === 'string'
        ? { name, title, verdict: 'passed', message: seen, durationMs: durationMs() }
        : { name, title, verdict: 'warning', message: seen.warning, remedy: seen.remedy, durationMs: durationMs() }
    } catch (thrown) {
      signal.throwIfAborted()
      failed.add(name)
      const error = asDataHubError(thrown, title.toLowerCase())
      const where = error.fields.map(({ field, problem }) => ` ${field}: ${problem}.`).join('')
      yield {
        name,
        title,
        verdict: 'failed',
        message: error.message + where,
        remedy: error.hint,
        code: error.code,
        durationMs: durationMs(),
      }
    }
  }
}
