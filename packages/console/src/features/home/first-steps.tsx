import { useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { query } from '../../api/hub.ts'
import { useMay } from '../../app/me.ts'
import { ButtonLink } from '../../components/ui/button.tsx'
import { cx } from '../../components/ui/class-names.ts'
import { useMessages } from '../../i18n/messages.tsx'

/** Before there is a task: the three steps that lead to one, the next of them as the button. */
export function FirstSteps() {
  const m = useMessages()
  const may = useMay()
  const sources = useQuery(query.source.list.queryOptions())
  const destinations = useQuery(query.destination.list.queryOptions())
  const { steps } = m.home
  const items = [
    {
      title: steps.source,
      hint: steps.sourceHint,
      to: '/sources/new',
      right: 'source.create',
      isDone: (sources.data?.length ?? 0) > 0,
    },
    {
      title: steps.destination,
      hint: steps.destinationHint,
      to: '/destinations/new',
      right: 'destination.create',
      isDone: (destinations.data?.length ?? 0) > 0,
    },
    { title: steps.task, hint: steps.taskHint, to: '/tasks/new', right: 'task.create', isDone: false },
  ] as const
  const next = items.findIndex(({ isDone }) => !isDone)
  return (
    <section className="max-w-2xl">
      <h2 className="mb-3 text-lg font-semibold">{m.home.welcome}</h2>
      <ol className="flex flex-col gap-3">
        {items.map(({ title, hint, to, right, isDone }, index) => (
          <li
            key={to}
            className="flex flex-wrap items-center gap-4 rounded-lg border border-line bg-surface px-4 py-3.5 shadow-card"
          >
            {isDone ? (
              <CircleCheck aria-hidden size={26} className="text-good" />
            ) : (
              <span className="grid size-6.5 place-items-center rounded-full bg-accent-soft font-semibold text-accent">
                {index + 1}
              </span>
            )}
            <div className="min-w-0 flex-1 basis-56">
              <h3 className={cx('font-medium', isDone && 'text-soft')}>
                {title}
                {isDone && <span className="sr-only"> ({steps.done})</span>}
              </h3>
              <p className="text-sm text-soft">{hint}</p>
            </div>
            {!isDone && may(right) && (
              <ButtonLink to={to} look={index === next ? 'primary' : 'secondary'}>
                {title}
              </ButtonLink>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
