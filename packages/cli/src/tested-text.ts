import type { LastTestView } from '@datahub/core/api/connection-test-shapes'
import { timeIn } from './time.ts'

/** How the last connection test ended, and when: `✓ 2026-11-02 08:00:00 UTC`, or that values have changed since. */
export function testedText(lastTest: LastTestView | null): string {
  if (!lastTest) return 'never'
  const since = lastTest.isCurrent ? '' : ', changed since'
  return `${lastTest.ok ? '✓' : '✗'} ${timeIn('UTC', lastTest.at)}${since}`
}
