import type { CheckStep } from '@datahub/core/check/check-step'
import { visible, type Paint } from './style.ts'

const MARKS = {
  passed: ['green', '✓'],
  failed: ['red', '✗'],
  skipped: ['dim', '–'],
  warning: ['yellow', '!'],
} as const

/** One step of a connection test, `✓ Write a test file: stored (12 ms)`, and what to change on the line below. */
export function checkLines(step: CheckStep, paint: Paint): string {
  const [tone, mark] = MARKS[step.verdict]
  const took = step.verdict === 'skipped' ? '' : paint('dim', ` (${Math.round(step.durationMs)} ms)`)
  const line = `${paint(tone, mark)} ${visible(step.title)}: ${visible(step.message)}${took}`
  return step.remedy ? `${line}\n    ${visible(step.remedy)}` : line
}

/** The last line of a test. */
export function headlineText(ok: boolean, headline: string, paint: Paint): string {
  return paint('bold', paint(ok ? 'green' : 'red', visible(headline)))
}
