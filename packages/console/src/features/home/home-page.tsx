import type { ExecutionView } from '@datahub/core/api/shapes'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleX } from 'lucide-react'
import { query } from '../../api/hub.ts'
import { Card, Page } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { ExecutionStatus } from '../../components/status/status.tsx'
import { DataRange, Instant } from '../../components/time/time.tsx'
import { ButtonLink, TextLink } from '../../components/ui/button.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useTasks, type TaskRow } from '../tasks/use-tasks.ts'
import { findCauses, type Cause } from './causes.ts'
import { FirstSteps } from './first-steps.tsx'

const FAILED = [3, 5, 7, 8]

/** The operator's morning: what needs somebody, and that all else is well. */
export function HomePage() {
  const m = useMessages()
  const tasks = useTasks({})
  return (
    <Page title={m.home.title}>
      <Answer of={tasks}>{({ items }) => (items.length === 0 ? <FirstSteps /> : <Morning tasks={items} />)}</Answer>
    </Page>
  )
}

function Morning({ tasks }: { tasks: readonly TaskRow[] }) {
  const m = useMessages()
  const latest = useQuery(query.execution.list.queryOptions({ input: { limit: 100 }, refetchInterval: 5_000 }))
  const failing = tasks.filter(({ lastExecution }) => lastExecution && FAILED.includes(lastExecution.status))
  const gaps = tasks.filter((task) => task.gaps && !failing.includes(task))
  const count = (...statuses: TaskRow['status'][]) => tasks.filter(({ status }) => statuses.includes(status)).length
  return (
    <div className="flex flex-col gap-5">
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Tile count={count('scheduled', 'waiting', 'finished') - gaps.length} words={m.home.onTime} look="text-good" />
        <Tile
          count={failing.length + gaps.length}
          words={m.home.needAction}
          look={failing.length + gaps.length > 0 ? 'text-bad' : ''}
        />
        <Tile count={count('running')} words={m.home.underWay} look="text-busy" />
        <Tile count={count('paused')} words={m.home.paused} look="text-soft" />
      </ul>
      <Answer of={latest}>
        {({ items }) => <NeedsAction causes={findCauses(failing, items)} gaps={gaps} total={tasks.length} />}
      </Answer>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Next tasks={tasks} />
        <Answer of={latest}>{({ items }) => <Latest executions={items.slice(0, 8)} />}</Answer>
      </div>
    </div>
  )
}

function Tile({ count, words, look }: { count: number; words: string; look: string }) {
  return (
    <li className="rounded-lg border border-line bg-surface px-4 py-3.5 shadow-card">
      <span className={`num block text-2xl leading-8 font-semibold ${look}`}>{count}</span>
      <span className="text-sm text-soft">{words}</span>
    </li>
  )
}

function NeedsAction({ causes, gaps, total }: { causes: readonly Cause[]; gaps: readonly TaskRow[]; total: number }) {
  const m = useMessages()
  if (causes.length + gaps.length === 0) {
    return (
      <section className="flex items-start gap-3 rounded-lg border border-good/40 bg-good-soft px-4 py-3.5">
        <CircleCheck aria-hidden size={19} className="mt-0.5 text-good" />
        <div>
          <h2 className="font-semibold">{m.home.allGood}</h2>
          <p className="text-soft">{m.home.allGoodHint(total)}</p>
        </div>
      </section>
    )
  }
  return (
    <Card flush title={m.home.needsAction(causes.length + gaps.length)}>
      <ul className="divide-y divide-line/70">
        {causes.map(({ code, message, destination, tasks, execution }) => (
          <li key={`${code} ${destination}`} className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
            <CircleX aria-hidden size={18} className="mt-0.5 shrink-0 text-bad" />
            <div className="min-w-0 flex-1 basis-72">
              <p className="font-medium break-words">{message}</p>
              <p className="mt-0.5 text-sm text-soft">
                <code className="font-mono">{code}</code> · {m.home.tasksWith(tasks.length)}:{' '}
                {tasks.slice(0, 5).map(({ id, name }, index) => (
                  <span key={id}>
                    {index > 0 && ', '}
                    <TextLink to="/tasks/$id" params={{ id: String(id) }}>
                      {name}
                    </TextLink>
                  </span>
                ))}
                {tasks.length > 5 && ` +${tasks.length - 5}`} · {m.home.since} <Instant at={execution.endedAt} />
              </p>
            </div>
            <div className="flex gap-2">
              <ButtonLink
                size="small"
                to="/tasks/$id"
                params={{ id: String(execution.taskId) }}
                search={{ execution: execution.id }}
              >
                {m.home.open}
              </ButtonLink>
              <ButtonLink size="small" look="primary" to="/destinations/$name" params={{ name: destination }}>
                {m.home.fix}
              </ButtonLink>
            </div>
          </li>
        ))}
        {gaps.map(({ id, name, gaps }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
            <span className="grid size-4.5 shrink-0 rounded-full border-2 border-dashed border-warn" aria-hidden />
            <p className="min-w-0 flex-1">
              <span className="font-medium">{name}</span> <span className="text-warn">{m.home.missing(gaps ?? 0)}</span>
            </p>
            <ButtonLink size="small" to="/tasks/$id" params={{ id: String(id) }}>
              {m.coverage.title}
            </ButtonLink>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Next({ tasks }: { tasks: readonly TaskRow[] }) {
  const m = useMessages()
  const due = tasks
    .filter(({ nextFireAt }) => nextFireAt !== null)
    .sort((a, b) => (a.nextFireAt ?? '').localeCompare(b.nextFireAt ?? ''))
    .slice(0, 8)
  return (
    <Card flush title={m.home.next}>
      <ul className="divide-y divide-line/70">
        {due.map(({ id, name, nextFireAt, schedule }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 px-4 py-2">
            <TextLink to="/tasks/$id" params={{ id: String(id) }}>
              {name}
            </TextLink>
            <Instant at={nextFireAt} zone={schedule?.timeZone} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Latest({ executions }: { executions: readonly ExecutionView[] }) {
  const m = useMessages()
  return (
    <Card flush title={m.home.latest}>
      <ul className="divide-y divide-line/70">
        {executions.map(({ id, taskId, task, status, retryAt, dataRange }) => (
          <li key={id}>
            <Link
              to="/tasks/$id"
              params={{ id: String(taskId) }}
              search={{ execution: id }}
              className="flex flex-wrap items-center justify-between gap-x-4 px-4 py-2 hover:bg-hover/60"
            >
              <span className="min-w-0">
                <span className="block truncate">{task}</span>
                <span className="text-sm text-soft">
                  <DataRange range={dataRange} />
                </span>
              </span>
              <ExecutionStatus status={status} retryAt={retryAt} />
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}
