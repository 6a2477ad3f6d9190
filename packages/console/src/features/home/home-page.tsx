import type { HomeView } from '@datahub/core/api/live-shapes'
import { useQuery } from '@tanstack/react-query'
import { query } from '../../api/hub.ts'
import { watched } from '../../app/live/live.ts'
import type { Answered } from '../../components/held-rows.ts'
import { Page } from '../../components/page.tsx'
import { useQuantities } from '../../components/quantity.ts'
import { Answer } from '../../components/states.tsx'
import { Instant } from '../../components/time/time.tsx'
import { TextLink } from '../../components/ui/button.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { FirstSteps } from './first-steps.tsx'
import { LastDays } from './last-days.tsx'
import { NeedsAction } from './needs-action.tsx'

/** The operator's morning: what needs somebody, what was sent, and how the last days of every task stand. */
export function HomePage() {
  const m = useMessages()
  const home = useQuery(query.live.home.queryOptions({ refetchInterval: watched }))
  return (
    <Page title={m.home.title}>
      <Answer of={home}>
        {(found) => (found.counts.tasks === 0 ? <FirstSteps /> : <Morning answer={home} home={found} />)}
      </Answer>
    </Page>
  )
}

function Morning({ answer, home }: { answer: Answered; home: HomeView }) {
  const alerts = useQuery(
    query.alert.list.queryOptions({ input: { state: 'open', limit: 50 }, refetchInterval: 15_000 }),
  )
  return (
    <div className="flex flex-col gap-5">
      <NeedsAction answer={answer} home={home} alerts={alerts.data?.items} />
      <Tiles home={home} />
      <LastDays />
    </div>
  )
}

function Tiles({ home: { counts, sentToday, queue, next } }: { home: HomeView }) {
  const m = useMessages()
  const { count, bytes } = useQuantities()
  const tiles = [
    {
      title: m.home.onTime,
      value: m.home.ofTasks(counts.onTime, counts.tasks),
      more: `${m.home.withGaps(counts.withGaps)} · ${m.home.paused(counts.paused)}`,
    },
    {
      title: m.home.sentToday,
      value: m.home.packages(sentToday.packages),
      more: `${m.home.rows(count(sentToday.rows))} · ${bytes(sentToday.sizeBytes)}`,
    },
    {
      title: m.home.underWay,
      value: m.home.running(queue.running),
      more: m.home.queue(queue.waiting, queue.retrying),
    },
    {
      title: m.home.next,
      value: next ? <Instant at={next.fireAt} /> : '–',
      more: next ? (
        <TextLink to="/tasks/$id" params={{ id: String(next.taskId) }}>
          {next.task}
        </TextLink>
      ) : (
        m.home.noNext
      ),
    },
  ]
  return (
    <dl className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
      {tiles.map(({ title, value, more }) => (
        <div key={title} className="min-w-0 rounded-lg border border-line bg-surface px-4 py-3.5 shadow-card">
          <dt className="text-sm text-soft">{title}</dt>
          <dd className="mt-0.5 text-lg font-semibold break-words">{value}</dd>
          <dd className="mt-0.5 text-sm break-words text-soft">{more}</dd>
        </div>
      ))}
    </dl>
  )
}
