import type { LastTestView } from '@datahub/core/api/connection-test-shapes'
import { CircleCheck, CircleMinus, CircleX } from 'lucide-react'
import { Instant } from '../../../components/time/time.tsx'
import { cx } from '../../../components/ui/class-names.ts'
import { useFailureText } from '../../../i18n/failure-text.ts'
import { useMessages } from '../../../i18n/messages.tsx'

/** How the last connection test ended, when and by whom; and that values have changed since. */
export function LastTest({ test, isBrief }: { test: LastTestView | null; isBrief?: boolean }) {
  const m = useMessages()
  const text = useFailureText()
  if (!test) {
    return (
      <span className="inline-flex items-center gap-1.5 text-sm text-faint">
        <CircleMinus aria-hidden size={15} />
        {m.destination.lastTest.never}
      </span>
    )
  }
  const Icon = test.ok ? CircleCheck : CircleX
  const words = m.destination.lastTest
  return (
    <span
      className="inline-flex flex-wrap items-center gap-x-1.5 text-sm"
      title={text(undefined, test.headline, '').happened}
    >
      <Icon aria-hidden size={15} className={cx(test.ok ? 'text-good' : 'text-bad')} />
      {test.by.kind === 'delivery' ? words.delivered : test.ok ? words.passed : words.failed}{' '}
      <span className="text-soft">
        <Instant at={test.at} />
      </span>
      {!isBrief && test.by.kind !== 'delivery' && (
        <span className="text-faint">{words.by(test.by.kind, test.by.name)}</span>
      )}
      {!test.isCurrent && <span className="font-medium text-warn">{words.changedSince}</span>}
    </span>
  )
}
