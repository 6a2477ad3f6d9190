import type { TaskView } from '@datahub/core/api/task-shapes'
import { CirclePause } from 'lucide-react'
import { Instant } from '../../components/time/time.tsx'
import { TextLink } from '../../components/ui/button.tsx'
import { useFailureText } from '../../i18n/failure-text.ts'
import { useMessages } from '../../i18n/messages.tsx'

/** Why a task has paused by itself, and what to do about it; nothing where it has not. */
export function PauseReason({ task: { id, pauseReason }, zone }: { task: TaskView; zone: string }) {
  const m = useMessages()
  const text = useFailureText()
  if (!pauseReason) return null
  const { failures, code, message, cure, executionId, at } = pauseReason
  const told = text(code, message, cure)
  return (
    <section className="mb-5 flex gap-3 rounded-lg border border-warn/40 bg-warn-soft px-4 py-3.5">
      <CirclePause aria-hidden size={19} className="mt-0.5 shrink-0 text-warn" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <h2 className="font-semibold">{m.alert.pausedTitle}</h2>
        <p>
          {told.happened} {told.cure}
        </p>
        <p className="mt-1 text-sm text-soft">
          <Instant at={at} zone={zone} />, {m.alert.pausedAfter(failures)} ·{' '}
          <TextLink to="/help/errors/$code" params={{ code }}>
            <code className="font-mono">{code}</code>
          </TextLink>{' '}
          ·{' '}
          <TextLink to="/tasks/$id" params={{ id: String(id) }} search={{ tab: 'executions', execution: executionId }}>
            {m.alert.pausedExecution}
          </TextLink>
        </p>
        <p className="mt-1 text-sm text-soft">{m.alert.pausedHint}</p>
      </div>
    </section>
  )
}
