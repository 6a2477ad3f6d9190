import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { Check, Circle, Clock, LoaderCircle, X, type LucideIcon } from 'lucide-react'
import { useQuantities } from '../../components/quantity.ts'
import { useNow } from '../../components/time/time.tsx'
import { cx } from '../../components/ui/class-names.ts'
import { useMessages } from '../../i18n/messages.tsx'

type Stage = ExecutionDetail['timeline'][number]

const marks: Record<Stage['state'], { icon: LucideIcon; look: string; bar: string }> = {
  none: { icon: Circle, look: 'text-faint', bar: 'bg-edge' },
  working: { icon: LoaderCircle, look: 'text-busy', bar: 'bg-busy' },
  waiting: { icon: Clock, look: 'text-warn', bar: 'bg-busy' },
  done: { icon: Check, look: 'text-good', bar: 'bg-good' },
  failed: { icon: X, look: 'text-bad', bar: 'bg-bad' },
}

/** The four stages, all attempts together: what was worked and what was waited. The present one grows. */
export function StageTimeline({ timeline, atMs }: { timeline: ExecutionDetail['timeline']; atMs: number }) {
  const m = useMessages()
  const { duration } = useQuantities()
  const present = timeline.find(({ state }) => state === 'working' || state === 'waiting')
  const now = useNow(present ? 1_000 : 60_000)
  const stages = timeline.map((stage) => (stage === present ? grown(stage, now.getTime() - atMs) : stage))
  const most = Math.max(...stages.map(({ workMs, waitMs }) => workMs + waitMs), 1)
  const share = (ms: number) => ({ width: `${(ms / most) * 100}%` })
  return (
    <section>
      <h3 className="mb-2 font-semibold">{m.execution.timeline}</h3>
      <ol className="flex flex-col gap-1.5">
        {stages.map(({ name, state, workMs, waitMs }) => {
          const { icon: Icon, look, bar } = marks[state]
          return (
            <li
              key={name}
              className="grid grid-cols-[9rem_minmax(0,1fr)] items-center gap-x-3 sm:grid-cols-[9rem_minmax(4rem,1fr)_12rem]"
            >
              <span className={cx('flex items-center gap-1.5 text-sm', state === 'none' ? 'text-faint' : 'text-ink')}>
                <Icon
                  aria-hidden
                  size={15}
                  className={cx('shrink-0', look, state === 'working' && 'animate-[turn_1.4s_linear_infinite]')}
                />
                <span className="truncate">{m.execution.stage[name]}</span>
                <span className="sr-only">: {m.execution.stageState[state]}</span>
              </span>
              <span aria-hidden className="flex h-3 overflow-hidden rounded-sm bg-sunken">
                <span className="waiting" style={share(waitMs)} />
                <span className={bar} style={share(workMs)} />
              </span>
              <span className="num text-sm text-soft max-sm:col-start-2 max-sm:whitespace-normal">
                {state === 'none' && workMs + waitMs === 0 ? '–' : parts(workMs, waitMs)}
              </span>
            </li>
          )
        })}
      </ol>
      <p role="status" className="sr-only">
        {present && `${m.execution.stage[present.name]}: ${m.execution.stageState[present.state]}`}
      </p>
    </section>
  )

  function parts(workMs: number, waitMs: number): string {
    const work = workMs > 0 ? [duration(workMs)] : []
    const wait = waitMs >= 1_000 || work.length === 0 ? [m.execution.waited(duration(waitMs))] : []
    return [...work, ...wait].join(' · ')
  }
}

function grown(stage: Stage, byMs: number): Stage {
  const more = Math.max(0, byMs)
  return stage.state === 'waiting'
    ? { ...stage, waitMs: stage.waitMs + more }
    : { ...stage, workMs: stage.workMs + more }
}
