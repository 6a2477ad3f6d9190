export const STAGES = ['queued', 'dispatch', 'generate', 'send'] as const
export type StageName = (typeof STAGES)[number]

export const STAGE_STATES = ['none', 'working', 'waiting', 'done', 'failed'] as const

/** What an execution has gone through so far, all its attempts together; milliseconds. */
export interface Stage {
  readonly name: StageName
  /** `none`: not reached, or not again by the present attempt. */
  readonly state: (typeof STAGE_STATES)[number]
  readonly workMs: number
  /** For its turn, for reports that the source produces, for the next attempt. */
  readonly waitMs: number
}

export interface History {
  readonly triggeredAt: Date
  readonly endedAt: Date | null
  readonly isDelivered: boolean
  readonly attempts: readonly { readonly attempt: number; readonly startedAt: Date; readonly endedAt: Date | null }[]
  /** Oldest first. */
  readonly events: readonly { readonly at: Date; readonly attempt: number; readonly step: string }[]
}

/** What goes on from an event of this step on: the source having accepted, its reports are made, and so on. */
const AFTER: Readonly<Record<string, { stage: StageName; isWaiting: boolean }>> = {
  dispatch: { stage: 'generate', isWaiting: false },
  wait: { stage: 'generate', isWaiting: true },
  generate: { stage: 'generate', isWaiting: false },
  send: { stage: 'send', isWaiting: false },
}

/** The four stages in their order. What is waited between two attempts counts to the stage in which the first one failed. */
export function timelineOf(history: History, now: Date): Stage[] {
  const spent = new Map(STAGES.map((name) => [name, { workMs: 0, waitMs: 0 }]))
  let present: { stage: StageName; isWaiting: boolean } = { stage: 'queued', isWaiting: true }
  let since = history.triggeredAt.getTime()
  const goOn = (at: Date, next: { stage: StageName; isWaiting: boolean }) => {
    const of = spent.get(present.stage)
    // Clocks of the database only, but transactions overlap by milliseconds
    if (of) of[present.isWaiting ? 'waitMs' : 'workMs'] += Math.max(0, at.getTime() - since)
    since = Math.max(since, at.getTime())
    present = next
  }
  for (const { attempt, startedAt, endedAt } of history.attempts) {
    const own = history.events.filter((event) => event.attempt === attempt)
    goOn(startedAt, { stage: beginOf(own, present.stage), isWaiting: false })
    for (const { at, step } of own) goOn(at, AFTER[step] ?? present)
    if (endedAt) goOn(endedAt, { stage: present.stage, isWaiting: true })
  }
  goOn(history.endedAt ?? now, present)
  const reached = STAGES.indexOf(present.stage)
  return STAGES.map((name, index) => ({
    name,
    state: index > reached ? 'none' : index < reached ? 'done' : lastState(history, present.isWaiting),
    ...(spent.get(name) ?? { workMs: 0, waitMs: 0 }),
  }))
}

/** Where an attempt begins: what is packed already is only sent again, and what fails before its first step stays where it stood. */
function beginOf(own: History['events'], present: StageName): StageName {
  const first = own.find(({ step }) => step !== 'fail')
  if (first) return first.step === 'send' ? 'send' : 'dispatch'
  return present === 'queued' ? 'dispatch' : present
}

function lastState({ endedAt, isDelivered }: History, isWaiting: boolean): Stage['state'] {
  if (endedAt) return isDelivered ? 'done' : 'failed'
  return isWaiting ? 'waiting' : 'working'
}
