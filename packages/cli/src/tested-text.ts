import type { LastTestView } from '@datahub/core/api/connection-test-shapes'
import { timeIn } from './time.ts'

/** How the last connection test ended, and when: `✓ 2026-11-02 08:00:00 UTC`, and whether it was of other values than the saved ones. */
export function testedText(lastTest: LastTestView | null): string {
  if (!lastTest) return 'never'
  const ofOthers = lastTest.isCurrent ? '' : ', with other values'
  return `${lastTest.ok ? '✓' : '✗'} ${timeIn('UTC', lastTest.at)}${ofOthers}`
}
