import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { useQuantities } from '../../components/quantity.ts'
import { useNow } from '../../components/time/time.tsx'
import { cx } from '../../components/ui/class-names.ts'
import { useMessages } from '../../i18n/messages.tsx'

interface Stage {
  readonly name: string
  readonly ms: number
  readonly isFailed: boolean
}

/** How long each stage of the last attempt took; while it runs, the last one grows. */
export function StageTimeline({ execution }: { execution: ExecutionDetail }) {
  const m = useMessages()
  const { duration, count, bytes } = useQuantities()
  const isRunning = execution.startedAt !== null && execution.endedAt === null && execution.retryAt === null
  const now = useNow(isRunning ? 1_000 : 60_000)
  const stages = stagesOf(execution, m.execution.queued, isRunning ? now.getTime() : undefined)
  if (stages.length === 0) return null
  const most = Math.max(...stages.map(({ ms }) => ms), 1)
  const { progress } = execution
  return (
    <section>
      <h3 className="mb-2 font-semibold">{m.execution.timeline}</h3>
      <ol className="flex flex-col gap-1.5">
        {stages.map(({ name, ms, isFailed }, index) => (
          <li key={index} className="grid grid-cols-[7rem_1fr_5rem] items-center gap-3">
            <span className="truncate text-sm text-soft">{name}</span>
            <span className="h-3 rounded-sm bg-sunken">
              <span
                className={cx('block h-full rounded-sm', isFailed ? 'bg-bad' : index === 0 ? 'bg-edge' : 'bg-accent')}
                style={{ width: `${Math.max(1, (ms / most) * 100)}%` }}
              />
            </span>
            <span className="num text-right text-sm">{duration(ms)}</span>
          </li>
        ))}
      </ol>
      {isRunning && progress && (
        <p className="num mt-2 text-sm text-soft">
          {count(progress.rows)} · {bytes(progress.sizeBytes)}
        </p>
      )}
    </section>
  )
}

function stagesOf(execution: ExecutionDetail, queued: string, nowMs: number | undefined): Stage[] {
  const attempt = execution.attempts.at(-1)
  if (!attempt) return []
  const startMs = Date.parse(attempt.startedAt)
  const firstMs = execution.attempts.length === 1 ? Date.parse(execution.triggeredAt) : startMs
  const endMs = attempt.endedAt === null ? (nowMs ?? startMs) : Date.parse(attempt.endedAt)
  const bounds: { name: string; atMs: number }[] = []
  for (const event of execution.events) {
    if (event.attempt !== attempt.attempt || bounds.at(-1)?.name === event.step) continue
    bounds.push({ name: event.step, atMs: Date.parse(event.at) })
  }
  const stages = bounds.map(({ name, atMs }, index) => ({
    name,
    ms: Math.max(0, (bounds[index + 1]?.atMs ?? endMs) - atMs),
    isFailed: attempt.failure !== null && index === bounds.length - 1,
  }))
  return [{ name: queued, ms: Math.max(0, startMs - firstMs), isFailed: false }, ...stages]
}
