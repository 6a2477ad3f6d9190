import type { AlertPage } from '@datahub/core/api/alert-shapes'
import type { HomeView } from '@datahub/core/api/live-shapes'
import { Bell, CircleCheck, CircleDashed, CircleX, Clock } from 'lucide-react'
import type { ReactNode } from 'react'
import { Card } from '../../components/page.tsx'
import { Instant } from '../../components/time/time.tsx'
import { ButtonLink, TextLink } from '../../components/ui/button.tsx'
import { useFailureText } from '../../i18n/failure-text.ts'
import { useMessages } from '../../i18n/messages.tsx'

type Cause = HomeView['needsAction'][number]
type Alert = AlertPage['items'][number]

interface NeedsActionProps {
  home: HomeView
  /** Open ones, beside what fails. */
  alerts: readonly Alert[]
}

/** The causes of what fails, other alerts, gaps, and what waits to be tried again. That all is well is said only without any. */
export function NeedsAction({ home: { needsAction, counts, queue }, alerts }: NeedsActionProps) {
  const m = useMessages()
  if (
    needsAction.length + alerts.length === 0 &&
    counts.failing === 0 &&
    counts.withGaps === 0 &&
    queue.retrying === 0
  ) {
    return (
      <section className="flex items-start gap-3 rounded-lg border border-good/40 bg-good-soft px-4 py-3.5">
        <CircleCheck aria-hidden size={19} className="mt-0.5 shrink-0 text-good" />
        <div>
          <h2 className="font-semibold">{m.home.allGood}</h2>
          <p className="text-soft">{m.home.allGoodHint(counts.onTime, counts.paused)}</p>
        </div>
      </section>
    )
  }
  const rows = needsAction.length + alerts.length + Number(counts.withGaps > 0)
  return (
    <Card flush title={rows > 0 ? m.home.needsAction(rows) : m.home.waits}>
      <ul className="divide-y divide-line/70">
        {needsAction.map((cause) => (
          <CauseRow key={`${cause.code} ${cause.place.noun} ${cause.place.name}`} cause={cause} />
        ))}
        {alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
        {counts.withGaps > 0 && (
          <Row icon={<CircleDashed aria-hidden size={18} className="mt-0.5 shrink-0 text-warn" />}>
            <p className="min-w-0 flex-1 basis-72">{m.home.gaps(counts.withGaps)}</p>
            <ButtonLink size="small" to="/tasks">
              {m.home.seeTasks}
            </ButtonLink>
          </Row>
        )}
        {queue.retrying > 0 && (
          <Row icon={<Clock aria-hidden size={18} className="mt-0.5 shrink-0 text-warn" />}>
            <p className="min-w-0 flex-1 basis-72">{m.home.retrying(queue.retrying)}</p>
          </Row>
        )}
      </ul>
    </Card>
  )
}

function Row({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <li className="flex gap-3 px-4 py-3">
      {icon}
      <div className="flex min-w-0 flex-1 flex-wrap items-start gap-x-4 gap-y-2">{children}</div>
    </li>
  )
}

function AlertRow({ alert: { kind, code, message, cure, place, tasks, since } }: { alert: Alert }) {
  const m = useMessages()
  const told = useFailureText()(code, message, cure)
  return (
    <Row icon={<Bell aria-hidden size={18} className="mt-0.5 shrink-0 text-warn" />}>
      <div className="min-w-0 flex-1 basis-72 [overflow-wrap:anywhere]">
        <p className="font-medium">{m.alert.at(m.alert.topics[kind], place.name)}</p>
        <p className="mt-0.5 text-soft">
          {message === '' ? m.alert.late : told.happened} {told.cure}
        </p>
        <p className="mt-1.5 text-sm text-soft">
          {m.alert.tasks(tasks.length)} · {m.home.since} <Instant at={since} />
        </p>
      </div>
      <ButtonLink size="small" to="/settings" search={{ tab: 'alerts' }}>
        {m.alert.onHome}
      </ButtonLink>
    </Row>
  )
}

const SHOWN = 5

function CauseRow({ cause: { code, message, cure, fault, place, since, taskCount, tasks } }: { cause: Cause }) {
  const m = useMessages()
  const told = useFailureText()(code, message, cure)
  const [first] = tasks
  return (
    <Row icon={<CircleX aria-hidden size={18} className="mt-0.5 shrink-0 text-bad" />}>
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-medium break-words">{told.happened}</p>
        <p className="mt-0.5 break-words text-soft">{told.cure}</p>
        <p className="mt-1.5 text-sm break-words text-soft">
          <TextLink to="/help/errors/$code" params={{ code }}>
            <code className="font-mono">{code}</code>
          </TextLink>{' '}
          · {m.error.faults[fault]} · {m.home.since} <Instant at={since} />
        </p>
        <p className="mt-0.5 text-sm break-words text-soft">
          {m.home.tasksWith(taskCount)}:{' '}
          {tasks.slice(0, SHOWN).map(({ id, name, gaps }, index) => (
            <span key={id}>
              {index > 0 && ', '}
              <TextLink to="/tasks/$id" params={{ id: String(id) }}>
                {name}
              </TextLink>
              {gaps > 0 && ` (${m.home.missing(gaps)})`}
            </span>
          ))}
          {taskCount > SHOWN && ` +${taskCount - SHOWN}`}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {first && (
          <ButtonLink
            size="small"
            to="/tasks/$id"
            params={{ id: String(first.id) }}
            search={{ execution: first.executionId }}
          >
            {m.home.open}
          </ButtonLink>
        )}
        {place.noun === 'destination' && (
          <ButtonLink size="small" look="primary" to="/destinations/$name" params={{ name: place.name }}>
            {m.home.openDestination}
          </ButtonLink>
        )}
        {place.noun === 'source' && (
          <ButtonLink size="small" look="primary" to="/sources/$name" params={{ name: place.name }}>
            {m.home.openSource}
          </ButtonLink>
        )}
      </div>
    </Row>
  )
}
