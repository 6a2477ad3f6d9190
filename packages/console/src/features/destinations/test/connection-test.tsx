import type { CheckStep } from '@datahub/core/check/check-step'
import { CircleCheck, CircleMinus, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react'
import { CopyButton } from '../../../components/copy.tsx'
import { useQuantities } from '../../../components/quantity.ts'
import { ProblemBlock } from '../../../components/states.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { cx } from '../../../components/ui/class-names.ts'
import { useFailureText } from '../../../i18n/failure-text.ts'
import { useMessages } from '../../../i18n/messages.tsx'
import { useStepTitle } from '../../../i18n/test-steps.ts'
import { isSuccessful, type ConnectionTest as Test } from './use-connection-test.ts'

interface ConnectionTestProps {
  test: Test
  isUnsaved?: boolean
  isChangedSince?: boolean
  /** The page itself says why the test could not be run at all. */
  isProblemShown?: boolean
  onUse?(field: string, value: string): void
}

/** What a connection test found: the guide's headline, then every step with what to do about it. */
export function ConnectionTest({ test, isUnsaved, isChangedSince, isProblemShown, onUse }: ConnectionTestProps) {
  const m = useMessages()
  const { duration } = useQuantities()
  if (test.state === 'none') return null
  if (test.problem && test.steps.length === 0) return isProblemShown ? null : <ProblemBlock problem={test.problem} />
  const passed = test.steps.filter(({ verdict }) => verdict === 'passed' || verdict === 'warning').length
  const isGood = isSuccessful(test)
  const look = test.state === 'running' ? 'border-line' : isGood ? 'border-good/50' : 'border-bad/50'
  return (
    <div className={cx('overflow-hidden rounded-lg border bg-surface', look)}>
      <div
        role="status"
        className={cx(
          'flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2.5',
          test.state === 'over' && (isGood ? 'bg-good-soft' : 'bg-bad-soft'),
        )}
      >
        <span className="font-semibold">
          {test.state === 'running' ? m.destination.testing : isGood ? m.destination.successful : m.destination.failed}
        </span>
        <span className="text-sm text-soft">
          {m.destination.checks(test.steps.length, passed)}
          {test.state === 'over' && ` · ${duration(test.durationMs)}`}
          {isUnsaved && ` · ${m.destination.unsaved}`}
        </span>
        {isChangedSince && <span className="w-full text-sm font-medium text-warn">{m.destination.changedSince}</span>}
      </div>
      <ol className="divide-y divide-line/70">
        {test.steps.map((step) => (
          <Step key={step.name} step={step} onUse={onUse} />
        ))}
        {test.state === 'running' && (
          <li className="flex items-center gap-2.5 px-4 py-2.5 text-soft">
            <LoaderCircle aria-hidden size={17} className="animate-[turn_1s_linear_infinite] text-busy" />
            {m.destination.testing}
          </li>
        )}
      </ol>
      {test.problem && (
        <div className="p-3">
          <ProblemBlock problem={test.problem} />
        </div>
      )}
    </div>
  )
}

const marks = {
  passed: { icon: CircleCheck, look: 'text-good' },
  warning: { icon: TriangleAlert, look: 'text-warn' },
  failed: { icon: CircleX, look: 'text-bad' },
  skipped: { icon: CircleMinus, look: 'text-faint' },
} as const

function Step({ step, onUse }: { step: CheckStep; onUse: ConnectionTestProps['onUse'] }) {
  const m = useMessages()
  const { duration } = useQuantities()
  const { icon: Icon, look } = marks[step.verdict]
  const title = useStepTitle()(step)
  const text = useFailureText()
  const told = text(step.code, step.message, step.remedy ?? '')
  const suggestion = step.suggestion
  return (
    <li
      className={cx('grid grid-cols-[auto_1fr_auto] gap-x-2.5 px-4 py-2.5', step.verdict === 'skipped' && 'text-faint')}
    >
      <Icon aria-hidden size={17} className={cx('mt-0.5', look)} />
      <div className="min-w-0">
        <span className="font-medium">{title}</span>
        <span className="sr-only">: {m.destination.verdict[step.verdict]}</span>{' '}
        <span className="text-soft break-words">
          {step.verdict === 'skipped' ? `– ${m.destination.verdict.skipped}` : told.happened}
        </span>
        {step.remedy && (
          <div className="mt-2 rounded-md bg-sunken px-3 py-2.5">
            <p className="text-sm font-medium">{m.destination.remedy}</p>
            <p className="mt-0.5 break-words whitespace-pre-line">{told.cure}</p>
            <div className="mt-2 flex flex-wrap gap-2">
              {suggestion && onUse && (
                <Button size="small" look="primary" onPress={() => onUse(suggestion.field, suggestion.value)}>
                  {m.destination.use(suggestion.value)}
                </Button>
              )}
              <CopyButton
                text={`${title}: ${told.happened}\n${told.cure}\n`}
                label={m.destination.copyDetails}
                what={m.destination.details}
              />
            </div>
          </div>
        )}
      </div>
      <span className="num text-sm text-faint">{step.verdict !== 'skipped' && duration(step.durationMs)}</span>
    </li>
  )
}
