import {
  Ban,
  Circle,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Clock,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import type { Messages } from '../../i18n/en/index.ts'
import { useMessages } from '../../i18n/messages.tsx'
import { cx } from '../ui/class-names.ts'

/** Shape, words and colour together: no one of them alone carries the meaning. */

export type Tone = 'good' | 'bad' | 'busy' | 'warn' | 'quiet'

const toneLook: Record<Tone, string> = {
  good: 'text-good',
  bad: 'text-bad',
  busy: 'text-busy',
  warn: 'text-warn',
  quiet: 'text-soft',
}

interface MarkProps {
  tone: Tone
  icon: LucideIcon
  children: ReactNode
  isTurning?: boolean
  /** Of the status of an execution. */
  number?: number
}

function Mark({ tone, icon: Icon, children, isTurning, number }: MarkProps) {
  return (
    <span
      data-execution-status={number}
      className={cx('inline-flex items-center gap-1.5 font-medium whitespace-nowrap', toneLook[tone])}
    >
      <Icon aria-hidden size={16} className={cx('shrink-0', isTurning && 'animate-[turn_1.4s_linear_infinite]')} />
      <span>{children}</span>
    </span>
  )
}

const executionMarks: Record<number, { tone: Tone; icon: LucideIcon }> = {
  0: { tone: 'quiet', icon: Clock },
  1: { tone: 'busy', icon: LoaderCircle },
  2: { tone: 'busy', icon: LoaderCircle },
  3: { tone: 'bad', icon: CircleX },
  4: { tone: 'busy', icon: LoaderCircle },
  5: { tone: 'bad', icon: CircleX },
  6: { tone: 'good', icon: CircleCheck },
  7: { tone: 'bad', icon: CircleX },
  8: { tone: 'bad', icon: CircleX },
}

/** `Send failed (7)`: the words for people, the number because consumers read it in the sync log. */
export function statusText(status: number, m: Messages): string {
  return `${m.status.execution[status] ?? status} (${status})`
}

export function ExecutionStatus({ status, retryAt }: { status: number; retryAt?: string | null }) {
  const m = useMessages()
  const { tone, icon } = executionMarks[status] ?? { tone: 'quiet', icon: Circle }
  const waits = Boolean(retryAt) && tone === 'busy'
  const text = statusText(status, m)
  return (
    <Mark
      number={status}
      tone={waits ? 'warn' : tone}
      icon={waits ? Clock : icon}
      isTurning={tone === 'busy' && !waits}
    >
      {waits ? m.status.waitsForRetry(text) : text}
    </Mark>
  )
}

const taskMarks = {
  scheduled: { tone: 'good', icon: CircleCheck },
  running: { tone: 'busy', icon: LoaderCircle },
  paused: { tone: 'quiet', icon: CirclePause },
  waiting: { tone: 'quiet', icon: Clock },
  finished: { tone: 'good', icon: CircleCheck },
  failed: { tone: 'bad', icon: CircleX },
} as const satisfies Record<string, { tone: Tone; icon: LucideIcon }>

export type TaskStatusName = keyof typeof taskMarks

export function TaskStatus({ status }: { status: TaskStatusName }) {
  const m = useMessages()
  const { tone, icon } = taskMarks[status]
  return (
    <Mark tone={tone} icon={icon} isTurning={status === 'running'}>
      {m.status.task[status]}
    </Mark>
  )
}

const coverageMarks = {
  delivered: { tone: 'good', icon: CircleCheck },
  running: { tone: 'busy', icon: LoaderCircle },
  failed: { tone: 'bad', icon: CircleX },
  missing: { tone: 'warn', icon: CircleDashed },
} as const satisfies Record<string, { tone: Tone; icon: LucideIcon }>

export function CoverageStatus({ state, count }: { state: keyof typeof coverageMarks; count?: string }) {
  const m = useMessages()
  const { tone, icon } = coverageMarks[state]
  return (
    <Mark tone={tone} icon={icon}>
      {count === undefined ? m.status.coverage[state] : `${count} ${m.status.coverage[state]}`}
    </Mark>
  )
}

const pushMarks = {
  running: { tone: 'busy', icon: LoaderCircle },
  paused: { tone: 'quiet', icon: CirclePause },
  cancelled: { tone: 'quiet', icon: Ban },
  finished: { tone: 'good', icon: CircleCheck },
  failed: { tone: 'bad', icon: CircleAlert },
} as const satisfies Record<string, { tone: Tone; icon: LucideIcon }>

export function BackfillState({ state }: { state: keyof typeof pushMarks }) {
  const m = useMessages()
  const { tone, icon } = pushMarks[state]
  return (
    <Mark tone={tone} icon={icon} isTurning={state === 'running'}>
      {m.status.backfill[state]}
    </Mark>
  )
}
