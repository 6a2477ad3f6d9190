import type { AlertPage } from '@datahub/core/api/alert-shapes'
import type { HomeView } from '@datahub/core/api/live-shapes'
import { Bell, CircleCheck, CircleDashed, CircleX, Clock } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import { FreshRows } from '../../components/fresh-rows.tsx'
import { useHeldRows, type Answered } from '../../components/held-rows.ts'
import { Card } from '../../components/page.tsx'
import { Instant } from '../../components/time/time.tsx'
import { ButtonLink, TextLink } from '../../components/ui/button.tsx'
import { useFailureText } from '../../i18n/failure-text.ts'
import { useMessages } from '../../i18n/messages.tsx'

type Cause = HomeView['needsAction'][number]
type Alert = AlertPage['items'][number]

/** What stands in the list, each with what it is known by while it changes. */
type Trouble =
  | { key: string; cause: Cause }
  | { key: string; alert: Alert }
  | { key: 'gaps'; gaps: number }
  | { key: 'retrying'; retrying: number }

interface NeedsActionProps {
  answer: Answered
  home: HomeView
  /** Open ones; undefined: not known yet. */
  alerts: readonly Alert[] | undefined
}

/**
 * The causes of what fails, other alerts, gaps, and what waits to be tried again, in the places in which they came. That all
 * is well is said only without any.
 */
export function NeedsAction({ answer, home, alerts }: NeedsActionProps) {
  const m = useMessages()
  const list = alerts ? 'all' : 'without alerts'
  const troubles = useMemo(() => troublesOf(home, alerts), [home, alerts])
  const { shown, fresh, gone, showFresh } = useHeldRows(answer, list, troubles, ({ key }) => key)
  if (shown.length === 0) {
    const { onTime, paused } = home.counts
    return (
      <section className="flex items-start gap-3 rounded-lg border border-good/40 bg-good-soft px-4 py-3.5">
        <CircleCheck aria-hidden size={19} className="mt-0.5 shrink-0 text-good" />
        <div>
          <h2 className="font-semibold">{m.home.allGood}</h2>
          <p className="text-soft">{m.home.allGoodHint(onTime, paused)}</p>
        </div>
      </section>
    )
  }
  const rows = shown.filter(({ key }) => key !== 'retrying' && !gone.has(key)).length
  return (
    <Card flush title={rows > 0 ? m.home.needsAction(rows) : m.home.waits}>
      <FreshRows count={fresh.length + gone.size} words={m.common.changes} onShow={showFresh} />
      <ul className="divide-y divide-line/70">
        {shown.map((trouble) => (
          <TroubleRow key={trouble.key} trouble={trouble} isOver={gone.has(trouble.key)} />
        ))}
      </ul>
    </Card>
  )
}

function troublesOf({ needsAction, counts, queue }: HomeView, alerts: readonly Alert[] = []): Trouble[] {
  return [
    ...needsAction.map((cause) => ({ key: `${cause.code} ${cause.place.noun} ${cause.place.name}`, cause })),
    // What fails is told with its causes
    ...alerts.flatMap((alert) => (alert.kind === 'failing' ? [] : [{ key: `alert ${alert.id}`, alert }])),
    ...(counts.withGaps > 0 ? [{ key: 'gaps' as const, gaps: counts.withGaps }] : []),
    ...(queue.retrying > 0 ? [{ key: 'retrying' as const, retrying: queue.retrying }] : []),
  ]
}

function TroubleRow({ trouble, isOver }: { trouble: Trouble; isOver: boolean }) {
  const m = useMessages()
  if ('cause' in trouble) return <CauseRow cause={trouble.cause} isOver={isOver} />
  if ('alert' in trouble) return <AlertRow alert={trouble.alert} isOver={isOver} />
  if ('gaps' in trouble)
    return (
      <Row
        icon={<CircleDashed aria-hidden size={18} className="mt-0.5 shrink-0 text-warn" />}
        isOver={isOver}
        actions={
          <ButtonLink size="small" to="/tasks">
            {m.home.seeTasks}
          </ButtonLink>
        }
      >
        <p className="min-w-0 flex-1 basis-72">{m.home.gaps(trouble.gaps)}</p>
      </Row>
    )
  return (
    <Row icon={<Clock aria-hidden size={18} className="mt-0.5 shrink-0 text-warn" />} isOver={isOver}>
      <p className="min-w-0 flex-1 basis-72">{m.home.retrying(trouble.retrying)}</p>
    </Row>
  )
}

interface RowProps {
  icon: ReactNode
  actions?: ReactNode
  /** It has ended while it was read: it stays in its place, and there is nothing left to do. */
  isOver: boolean
  children: ReactNode
}

function Row({ icon, actions, isOver, children }: RowProps) {
  const m = useMessages()
  return (
    <li className="flex gap-3 px-4 py-3">
      {isOver ? <CircleCheck aria-hidden size={18} className="mt-0.5 shrink-0 text-good" /> : icon}
      <div className="flex min-w-0 flex-1 flex-wrap items-start gap-x-4 gap-y-2">
        {children}
        {isOver ? <p className="text-good">{m.home.over}</p> : actions}
      </div>
    </li>
  )
}

interface AlertRowProps {
  alert: Alert
  isOver: boolean
}

function AlertRow({ alert: { kind, code, message, cure, place, tasks, since }, isOver }: AlertRowProps) {
  const m = useMessages()
  const told = useFailureText()(code, message, cure)
  return (
    <Row
      icon={<Bell aria-hidden size={18} className="mt-0.5 shrink-0 text-warn" />}
      isOver={isOver}
      actions={
        <ButtonLink size="small" to="/settings" search={{ tab: 'alerts' }}>
          {m.alert.onHome}
        </ButtonLink>
      }
    >
      <div className="min-w-0 flex-1 basis-72 [overflow-wrap:anywhere]">
        <p className="font-medium">{m.alert.at(m.alert.topics[kind], place.name)}</p>
        <p className="mt-0.5 text-soft">
          {message === '' ? m.alert.late : told.happened} {told.cure}
        </p>
        <p className="mt-1.5 text-sm text-soft">
          {m.alert.tasks(tasks.length)} · {m.home.since} <Instant at={since} />
        </p>
      </div>
    </Row>
  )
}

const SHOWN = 5

interface CauseRowProps {
  cause: Cause
  isOver: boolean
}

function CauseRow({ cause: { code, message, cure, fault, place, since, taskCount, tasks }, isOver }: CauseRowProps) {
  const m = useMessages()
  const told = useFailureText()(code, message, cure)
  const [first] = tasks
  return (
    <Row
      icon={<CircleX aria-hidden size={18} className="mt-0.5 shrink-0 text-bad" />}
      isOver={isOver}
      actions={
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
      }
    >
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
          {m.home.tasksWith(taskCount)}
          {m.common.colon}
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
    </Row>
  )
}
