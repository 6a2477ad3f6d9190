import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { isFailed, isFinal, type Status } from '@datahub/core/execution/status'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, RotateCcw } from 'lucide-react'
import { useEffect } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { watched } from '../../app/live/live.ts'
import { useMay } from '../../app/me.ts'
import { usePreferences } from '../../app/preferences.ts'
import { CodeValue } from '../../components/code.tsx'
import { CopyButton } from '../../components/copy.tsx'
import { Facts } from '../../components/page.tsx'
import { useQuantities } from '../../components/quantity.ts'
import { Answer } from '../../components/states.tsx'
import { ExecutionStatus } from '../../components/status/status.tsx'
import { DataRange, Instant } from '../../components/time/time.tsx'
import { Button } from '../../components/ui/button.tsx'
import { CloseButton, Drawer } from '../../components/ui/dialog.tsx'
import { notify, notifyFailure } from '../../components/ui/notices.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { ExecutionLog } from './execution-log.tsx'
import { FailureBlock } from './failure-block.tsx'
import { StageTimeline } from './stage-timeline.tsx'

interface ExecutionDrawerProps {
  id: number | undefined
  onClose(): void
  /** Leads to another one: the next in the list, or the one that a retry has started. */
  onGo(id: number): void
  /** Those of the list behind it, so that j and k lead through them. */
  siblings: readonly number[]
}

/** One execution beside the list that it was opened from. */
export function ExecutionDrawer({ id, onClose, onGo, siblings }: ExecutionDrawerProps) {
  const m = useMessages()
  const { shortcuts } = usePreferences()
  useEffect(() => {
    if (id === undefined || !shortcuts) return undefined
    const onKey = (event: KeyboardEvent) => {
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null
      const next = siblings[siblings.indexOf(id) + step]
      if (step !== 0 && !isTyping && next !== undefined) onGo(next)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [id, siblings, onGo, shortcuts])
  return (
    <Drawer label={m.execution.one(id ?? 0)} isOpen={id !== undefined} onClose={onClose}>
      {id !== undefined && <Content key={id} id={id} onClose={onClose} onGo={onGo} />}
    </Drawer>
  )
}

function Content({ id, onClose, onGo }: { id: number; onClose(): void; onGo(id: number): void }) {
  const m = useMessages()
  const execution = useQuery(
    query.execution.get.queryOptions({
      input: { id },
      refetchInterval: watched,
    }),
  )
  return (
    <div className="flex flex-col gap-5 p-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-xl font-semibold">{m.execution.one(id)}</h2>
          {execution.data && (
            <p className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1">
              <ExecutionStatus status={execution.data.status} retryAt={execution.data.retryAt} />
              <span className="text-soft">{execution.data.task}</span>
              <DataRange range={execution.data.dataRange} />
            </p>
          )}
        </div>
        <div className="flex items-center gap-2">
          {execution.data && <Actions execution={execution.data} onGo={onGo} />}
          <CopyButton
            text={`${window.location.origin}${window.location.pathname}${window.location.search}`}
            what={m.execution.copyLink}
          />
          <CloseButton onClose={onClose} />
        </div>
      </div>
      <Answer of={execution}>{(found) => <Details execution={found} />}</Answer>
    </div>
  )
}

function Actions({ execution, onGo }: { execution: ExecutionDetail; onGo(id: number): void }) {
  const m = useMessages()
  const may = useMay()
  const client = useQueryClient()
  const { id } = execution
  const isOver = isFinal(execution.status as Status)
  const act = useMutation({
    mutationFn: () => (isOver ? hub.execution.retry({ id }) : hub.execution.cancel({ id })),
    onSuccess: (answer) => {
      notify(isOver ? m.execution.retried(answer.id) : m.execution.cancelled(id))
      if (answer.id !== id) onGo(answer.id)
    },
    onError: (error) => {
      const problem = asProblem(error)
      notifyFailure(problem.detail, problem.cure)
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: query.execution.key() }),
        client.invalidateQueries({ queryKey: query.task.key() }),
      ]),
  })
  if (!may(isOver ? 'execution.retry' : 'execution.cancel')) return null
  return (
    <Button size="small" look={isOver ? 'secondary' : 'danger'} isPending={act.isPending} onPress={() => act.mutate()}>
      {isOver ? <RotateCcw aria-hidden size={14} /> : <Ban aria-hidden size={14} />}
      {isOver ? m.execution.retry : m.execution.cancel}
    </Button>
  )
}

function Details({ execution }: { execution: ExecutionDetail }) {
  const m = useMessages()
  const { count, bytes } = useQuantities()
  const zone = execution.dataRange.timeZone
  const rows = execution.rows ?? execution.progress?.rows ?? null
  const size = execution.sizeBytes ?? execution.progress?.sizeBytes ?? null
  return (
    <>
      {execution.failure && (isFailed(execution.status as Status) || execution.retryAt) && (
        <FailureBlock failure={execution.failure} />
      )}
      <StageTimeline execution={execution} />
      <Facts
        facts={[
          [m.execution.column.trigger, m.status.trigger[execution.trigger]],
          [m.execution.column.triggered, <Instant key="t" at={execution.triggeredAt} zone={zone} seconds />],
          ...(execution.retryAt
            ? ([
                [m.execution.retryAt, <Instant key="r" at={execution.retryAt} zone={zone} seconds relative />],
              ] as const)
            : []),
          [m.execution.column.rows, rows === null ? '–' : count(rows)],
          [m.execution.column.size, size === null ? '–' : bytes(size)],
          [
            m.execution.column.file,
            execution.fileName ? <CodeValue key="f" text={execution.fileName} what={m.execution.column.file} /> : '–',
          ],
          [m.execution.requestId, <CodeValue key="q" text={execution.requestId} what={m.execution.requestId} />],
          [m.execution.syncLog, execution.syncLog === 'published' ? m.execution.published : m.execution.pending],
        ]}
      />
      {execution.attempts.length > 0 && (
        <section>
          <h3 className="mb-2 font-semibold">{m.execution.attempts}</h3>
          <ol className="divide-y divide-line/70 rounded-md border border-line">
            {execution.attempts.map(({ attempt, startedAt, endedAt, failure }) => (
              <li key={attempt} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2">
                <span className="font-medium">{m.execution.attempt(attempt)}</span>
                <Instant at={startedAt} zone={zone} seconds />
                <span className="text-soft">→</span>
                <Instant at={endedAt} zone={zone} seconds />
                {failure && <code className="font-mono text-sm text-bad">{failure.code}</code>}
              </li>
            ))}
          </ol>
        </section>
      )}
      {execution.files.length > 0 && (
        <section>
          <h3 className="mb-2 font-semibold">{m.execution.files}</h3>
          <ul className="divide-y divide-line/70 rounded-md border border-line">
            {execution.files.map((file) => (
              <li key={file.fileName} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-3 py-2">
                <code className="min-w-0 font-mono text-sm break-all">{file.fileName}</code>
                <span className="num flex items-center gap-3 text-sm text-soft">
                  {count(file.rows)} · {bytes(file.sizeBytes)}
                  <CopyButton text={file.sha256} label="SHA-256" what={`SHA-256 ${file.fileName}`} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <ExecutionLog events={execution.events} zone={zone} />
    </>
  )
}
