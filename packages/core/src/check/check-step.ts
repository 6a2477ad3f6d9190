/** What a step that did not fail has seen: a sentence, or a warning with what to do about it. */
export type Finding = string | { readonly warning: string; readonly remedy: string }

/** One step of a connection test, as it comes. */
export interface CheckStep {
  /** Stable, such as `write`; the title is for people. */
  readonly name: string
  readonly title: string
  readonly verdict: 'passed' | 'failed' | 'skipped' | 'warning'
  /** One sentence: what was seen. */
  readonly message: string
  /** What to change, where; only for failures and warnings. */
  readonly remedy?: string | undefined
  /** Of a failed step: what kind of failure it is. */
  readonly code?: string | undefined
  /** A value of a field that would put it right, for one click. */
  readonly suggestion?: { readonly field: string; readonly value: string } | undefined
  readonly durationMs: number
}

/** The seed's headline for a finished test. */
export function headline(steps: readonly CheckStep[]): string {
  const failed = steps.find((step) => step.verdict === 'failed')
  return failed ? `Connection failed: please check the entered information. ${failed.message}` : 'Connection successful'
}
