import type { TaskActivity as Activity } from '@datahub/core/api/activity-shapes'
import type { TaskView } from '@datahub/core/api/task-shapes'
import { useQuery } from '@tanstack/react-query'
import { Package, UserPen } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { query } from '../../../api/hub.ts'
import { watched } from '../../../app/live/live.ts'
import { FreshRows } from '../../../components/fresh-rows.tsx'
import { useHeldRows, type Answered } from '../../../components/held-rows.ts'
import { Card } from '../../../components/page.tsx'
import { Pager, type PagePlace } from '../../../components/pager.tsx'
import { useQuantities } from '../../../components/quantity.ts'
import { Answer, Empty } from '../../../components/states.tsx'
import { ExecutionStatus } from '../../../components/status/status.tsx'
import { DataRange, Instant } from '../../../components/time/time.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { FilterSelect } from '../../../components/ui/filter-select.tsx'
import { useActivityWords } from '../../../i18n/activity.ts'
import { useDeedWords } from '../../../i18n/deeds.ts'
import { useMessages } from '../../../i18n/messages.tsx'
import { ChangeDetails } from '../../activity/change-details.tsx'

type Deed = Activity['items'][number]
type Change = NonNullable<Deed['change']>
type Execution = NonNullable<Deed['execution']>

/** What is done to something else than the task says to what. */
const NAMED = /^(source|destination|execution)\./

const KINDS = ['executions', 'changes'] as const

interface TaskActivityProps {
  task: Pick<TaskView, 'id' | 'schedule' | 'oneTime'>
  kind: (typeof KINDS)[number] | undefined
  onKind(kind: (typeof KINDS)[number] | undefined): void
  page: PagePlace
  onOpen(executionId: number): void
}

/** What the task has done and what was done to it, its source and its destination, in one list, the newest first. */
export default function TaskActivity({ task, kind, onKind, page: { cursor, goTo }, onOpen }: TaskActivityProps) {
  const a = useActivityWords()
  const m = useMessages()
  const input = { task: String(task.id), ...(kind ? { kind } : {}), ...(cursor ? { cursor } : {}) }
  const activity = useQuery(query.task.activity.queryOptions({ input, refetchInterval: watched }))
  const zone = (task.schedule ?? task.oneTime)?.timeZone
  return (
    <Card
      flush
      title={a.title}
      actions={
        <FilterSelect
          label={a.show}
          anything={m.common.all}
          options={KINDS.map((key) => ({ key, title: a.showOnly[key] }))}
          value={kind}
          onChange={onKind}
        />
      }
    >
      <Answer of={activity}>
        {(page) => (
          <>
            {page.items.length === 0 ? (
              <Empty isFiltered={kind !== undefined} title={kind ? a.noMatch : a.none} />
            ) : (
              <Deeds answer={activity} list={JSON.stringify(input)} items={page.items} zone={zone} onOpen={onOpen} />
            )}
            <Pager page={page} goTo={goTo} />
          </>
        )}
      </Answer>
    </Card>
  )
}

interface DeedsProps {
  answer: Answered
  list: string
  items: readonly Deed[]
  zone: string | undefined
  onOpen(executionId: number): void
}

function Deeds({ answer, list, items, zone, onOpen }: DeedsProps) {
  const a = useActivityWords()
  const { shown, fresh, showFresh } = useHeldRows(answer, list, items, keyOf)
  const [details, setDetails] = useState<Change>()
  return (
    <>
      <FreshRows count={fresh.length} words={a.fresh} onShow={showFresh} />
      <ol aria-label={a.title} className="divide-y divide-line/70">
        {shown.map((deed) => (
          <li key={keyOf(deed)} className="flex gap-3 px-4 py-3">
            {deed.execution && <ExecutionDeed execution={deed.execution} zone={zone} onOpen={onOpen} />}
            {deed.change && <ChangeDeed change={deed.change} zone={zone} onDetails={setDetails} />}
          </li>
        ))}
      </ol>
      {details && <ChangeDetails before={details.before} after={details.after} onClose={() => setDetails(undefined)} />}
    </>
  )
}

function keyOf({ execution, change }: Deed): string {
  return execution ? `execution ${execution.id}` : `change ${change?.id}`
}

function ExecutionDeed({
  execution,
  zone,
  onOpen,
}: {
  execution: Execution
  zone: string | undefined
  onOpen(executionId: number): void
}) {
  const m = useMessages()
  const { count, bytes } = useQuantities()
  const { id, trigger, triggeredAt, dataRange, status, retryAt, rows, sizeBytes, failure } = execution
  const amounts =
    rows === null || sizeBytes === null ? '' : `${m.execution.rowCount(count(rows))} · ${bytes(sizeBytes)}`
  return (
    <Line icon={<Package aria-hidden size={17} className="mt-1 shrink-0 text-faint" />}>
      <div className="min-w-0 flex-1 basis-72 [overflow-wrap:anywhere]">
        <p className="flex flex-wrap items-center gap-x-3">
          <button
            type="button"
            data-row
            onClick={() => onOpen(id)}
            className="min-h-6 rounded-sm font-medium hover:text-accent hover:underline"
          >
            {m.execution.one(id)}
          </button>
          <ExecutionStatus status={status} retryAt={retryAt} />
        </p>
        <p className="text-sm text-soft">
          <DataRange range={dataRange} /> · {m.status.trigger[trigger]}
          {amounts && ` · ${amounts}`}
          {failure && (
            <>
              {' · '}
              <code className="font-mono">{failure.code}</code>
            </>
          )}
        </p>
      </div>
      <p className="pt-0.5 text-sm text-soft">
        <Instant at={triggeredAt} zone={zone} />
      </p>
    </Line>
  )
}

function ChangeDeed({
  change,
  zone,
  onDetails,
}: {
  change: Change
  zone: string | undefined
  onDetails(change: Change): void
}) {
  const a = useActivityWords()
  const deeds = useDeedWords()
  const { at, actor, action, subject, outcome, before, after } = change
  return (
    <Line icon={<UserPen aria-hidden size={17} className="mt-0.5 shrink-0 text-accent" />}>
      <div className="min-w-0 flex-1 basis-72 [overflow-wrap:anywhere]">
        <p>
          <span className="font-medium">{deeds[action] ?? action}</span>
          {NAMED.test(action) && subject !== '' && <span className="text-soft"> ({subject})</span>}
        </p>
        <p className="text-sm text-soft">
          {actor.name || a.nobody} ({a.kinds[actor.kind]})
          {outcome !== 'done' && (
            <>
              {' · '}
              <span className="text-bad">
                {a.failed} <code className="font-mono">{outcome}</code>
              </span>
            </>
          )}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-3 text-sm text-soft">
        {(before !== null || after !== null) && (
          <Button size="small" look="ghost" onPress={() => onDetails(change)}>
            {a.details}
          </Button>
        )}
        <Instant at={at} zone={zone} seconds />
      </div>
    </Line>
  )
}

function Line({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <>
      {icon}
      <div className="flex min-w-0 flex-1 flex-wrap items-start gap-x-4 gap-y-1">{children}</div>
    </>
  )
}
