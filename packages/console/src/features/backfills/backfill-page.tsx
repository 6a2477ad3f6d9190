import type { BackfillDetail } from '@datahub/core/api/backfill-shapes'
import { isFailed, STATUS, type Status } from '@datahub/core/execution/status'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Check, LoaderCircle, X } from 'lucide-react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { watched } from '../../app/live/live.ts'
import { useMay } from '../../app/me.ts'
import { usePreferences } from '../../app/preferences.ts'
import { useState } from 'react'
import { Confirm, type Question } from '../../components/confirm.tsx'
import { Card, Page } from '../../components/page.tsx'
import { useQuantities } from '../../components/quantity.ts'
import { Answer } from '../../components/states.tsx'
import { BackfillState, CoverageStatus, statusText } from '../../components/status/status.tsx'
import { offsetOf, rangeText } from '../../components/time/format-time.ts'
import { Button, TextLink } from '../../components/ui/button.tsx'
import { cx } from '../../components/ui/class-names.ts'
import { notifyFailure } from '../../components/ui/notices.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useBackfillWords } from '../../i18n/backfill.ts'
import { ExecutionDrawer } from '../executions/execution-drawer.tsx'

export function BackfillPage() {
  const w = useBackfillWords()
  const id = Number(useParams({ from: '/signed-in/backfills/$id' }).id)
  const { execution } = useSearch({ from: '/signed-in/backfills/$id' })
  const navigate = useNavigate({ from: '/backfills/$id' })
  const backfill = useQuery(query.backfill.get.queryOptions({ input: { id }, refetchInterval: watched }))
  const open = (execution: number | undefined) => void navigate({ search: { execution }, replace: true })
  return (
    <Page
      title={w.one(id)}
      lead={
        backfill.data && (
          <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <BackfillState state={backfill.data.state} />
            <TextLink to="/tasks/$id" params={{ id: String(backfill.data.taskId) }}>
              {backfill.data.task}
            </TextLink>
            <span>
              {backfill.data.from} – {backfill.data.to} <span className="text-faint">{backfill.data.timeZone}</span>
            </span>
          </span>
        )
      }
      actions={backfill.data && <Actions backfill={backfill.data} />}
    >
      <Answer of={backfill}>
        {(found) => (
          <>
            <Progress backfill={found} onOpen={open} />
            <ExecutionDrawer
              id={execution}
              onClose={() => open(undefined)}
              onGo={open}
              siblings={found.ranges.flatMap(({ executionId }) => executionId ?? [])}
            />
          </>
        )}
      </Answer>
    </Page>
  )
}

function Actions({ backfill: { id, state, counts } }: { backfill: BackfillDetail }) {
  const w = useBackfillWords()
  const may = useMay()
  const client = useQueryClient()
  const act = useMutation({
    mutationFn: (verb: 'pause' | 'resume' | 'cancel' | 'retry') => hub.backfill[verb]({ id }),
    onError: (error) => {
      const problem = asProblem(error)
      notifyFailure(problem.detail, problem.cure)
    },
    onSettled: () => client.invalidateQueries({ queryKey: query.backfill.key() }),
  })
  const [question, setQuestion] = useState<Question>()
  const isOpen = state === 'running' || state === 'paused'
  if (!may('backfill.pause')) return null
  return (
    <>
      {state === 'running' && <Button onPress={() => act.mutate('pause')}>{w.pause}</Button>}
      {state === 'paused' && <Button onPress={() => act.mutate('resume')}>{w.resume}</Button>}
      {counts.failed > 0 && !isOpen && (
        <Button look="primary" isPending={act.isPending} onPress={() => act.mutate('retry')}>
          {w.retry(counts.failed)}
        </Button>
      )}
      {isOpen && (
        <Button
          look="danger"
          onPress={() =>
            setQuestion({
              title: w.cancelTitle(id),
              hint: w.cancelHint(counts.waiting),
              verb: w.cancel,
              wayOut: w.goOn,
              do: () => act.mutate('cancel'),
            })
          }
        >
          {w.cancel}
        </Button>
      )}
      <Confirm question={question} onClose={() => setQuestion(undefined)} />
    </>
  )
}

function Progress({ backfill, onOpen }: { backfill: BackfillDetail; onOpen(id: number): void }) {
  const m = useMessages()
  const w = useBackfillWords()
  const { count, bytes, duration } = useQuantities()
  const { counts, etaMs } = backfill
  const total = counts.waiting + counts.running + counts.delivered + counts.failed
  const over = counts.delivered + counts.failed
  const share = (part: number) => ({ width: `${total === 0 ? 0 : (part / total) * 100}%` })
  return (
    <div className="flex flex-col gap-5">
      <Card title={w.progress}>
        <div className="flex flex-wrap items-baseline justify-between gap-3 pb-2">
          <p className="num text-xl font-semibold">
            {count(over)} / {count(total)}
          </p>
          <p className="text-soft">
            {m.execution.rowCount(count(backfill.rows))} · {bytes(backfill.sizeBytes)}
            {etaMs !== null && backfill.endedAt === null && ` · ${w.eta} ${duration(etaMs)}`}
          </p>
        </div>
        <div
          role="progressbar"
          aria-label={w.progress}
          aria-valuemin={0}
          aria-valuemax={total}
          aria-valuenow={over}
          className="flex h-3 overflow-hidden rounded-sm bg-sunken"
        >
          <span className="bg-good" style={share(counts.delivered)} />
          <span className="bg-bad" style={share(counts.failed)} />
          <span className="bg-busy" style={share(counts.running)} />
        </div>
        <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-sm">
          {(['delivered', 'running', 'failed'] as const).map((state) => (
            <li key={state} className="flex items-center">
              <CoverageStatus state={state} count={count(counts[state])} />
            </li>
          ))}
          <li className="flex items-center gap-1.5 text-soft">
            <span aria-hidden className="size-3.5 rounded-[3px] border border-dashed border-edge" />
            {count(counts.waiting)} {w.waiting}
          </li>
        </ul>
      </Card>
      <Card title={w.ranges}>
        <Cells backfill={backfill} onOpen={onOpen} />
      </Card>
    </div>
  )
}

function Cells({ backfill, onOpen }: { backfill: BackfillDetail; onOpen(id: number): void }) {
  const m = useMessages()
  const w = useBackfillWords()
  const { locale } = usePreferences()
  return (
    <ul className="flex flex-wrap gap-1">
      {backfill.ranges.map(({ from, to, executionId, status }) => {
        const words = status === null ? w.waiting : statusText(status, m)
        const [begin, end, { timeZone }] = [new Date(from), new Date(to), backfill]
        const range = `${rangeText(begin, end, timeZone, locale)} ${offsetOf(begin, timeZone)}`
        const label = w.cell(range, words)
        return (
          <li key={from}>
            <button
              type="button"
              disabled={executionId === null}
              aria-label={label}
              title={label}
              onClick={() => executionId !== null && onOpen(executionId)}
              className={cx('grid size-6 place-items-center rounded-[4px] border', lookOf(status))}
            >
              {status === STATUS.fileSendSuccess && <Check aria-hidden size={13} strokeWidth={3} />}
              {status !== null && isFailed(status as Status) && <X aria-hidden size={13} strokeWidth={3} />}
              {status !== null && status < 6 && !isFailed(status as Status) && <LoaderCircle aria-hidden size={13} />}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function lookOf(status: number | null): string {
  if (status === null) return 'border-edge border-dashed bg-surface'
  if (status === STATUS.fileSendSuccess) return 'border-good/40 bg-good-soft text-good'
  if (isFailed(status as Status)) return 'border-bad bg-bad-soft text-bad'
  return 'border-busy/50 bg-busy-soft text-busy'
}
