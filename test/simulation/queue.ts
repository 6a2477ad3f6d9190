import { OPEN } from '@datahub/server/executions/execution-store'
import type { ExecutionQueue, QueuedExecution } from '@datahub/server/executions/queue'
import { statement, type Job, type SimulatedDatabase } from './database.ts'
import type { Machine } from './world.ts'

const HEARTBEAT_MS = 10_000
const DEATHS_UNTIL_BURIED = 5

interface Worker {
  readonly machine: Machine
  readonly slots: number
  busy: number
  readonly handle: (executionId: number, signal: AbortSignal) => Promise<void>
}

/** pg-boss as the hub uses it: jobs in the hub's own transactions, one at a time per lane, given again when a worker dies. */
export class SimulatedQueue {
  readonly #database: SimulatedDatabase
  readonly #workers: Worker[] = []
  readonly #undertakers: { machine: Machine; handle: (executionId: number) => Promise<void> }[] = []
  #isDue = false

  constructor(database: SimulatedDatabase) {
    this.#database = database
    // pg-boss asks once a second: whoever has committed a job may stand still before he can say so
    database.onJobs = () => this.wake()
  }

  /** The queue as one machine's processes see it. */
  for(machine: Machine): ExecutionQueue {
    return {
      enqueue: (db, jobs) =>
        statement(db, (tx) => {
          for (const { executionId, lane, startAfter } of jobs) {
            const id = (this.#database.sequences.job += 1)
            tx.put('job', {
              id,
              executionId,
              lane,
              startAfterMs: startAfter?.getTime() ?? 0,
              state: 'created',
              deaths: 0,
            })
          }
        }),
      work: (slots, handle) => {
        this.#workers.push({ machine, slots, busy: 0, handle })
        this.wake()
        return Promise.resolve()
      },
      buryDead: (handle) => {
        this.#undertakers.push({ machine, handle })
        return Promise.resolve()
      },
      findLost: (db) =>
        statement(db, (tx): QueuedExecution[] => {
          const open = tx.select('execution', ({ status }) => OPEN.includes(status))
          const jobs = new Set(tx.select('job').map(({ executionId }) => executionId))
          return open
            .filter(
              (row) =>
                row.triggered_at.getTime() < tx.now.getTime() - 15_000 &&
                !jobs.has(row.id) &&
                !open.some((other) => other.lane === row.lane && other.id < row.id && other.retry_at === null),
            )
            .map(({ id, lane, trigger, poll_at, retry_at }) => {
              const startAfter = poll_at ?? retry_at
              return { executionId: id, lane, trigger, ...(startAfter ? { startAfter } : {}) }
            })
        }),
      stop: () => Promise.resolve(),
    }
  }

  /** Gives out what is due, in a moment. */
  wake(): void {
    if (this.#isDue) return
    this.#isDue = true
    const { world } = this.#database
    world.schedule(world.random.between(1, 200), () => {
      this.#isDue = false
      this.#giveOut()
    })
  }

  #wakeAt(ms: number): void {
    const { world, skewMs } = this.#database
    const delayMs = ms - world.nowMs - skewMs
    world.schedule(Math.max(0, delayMs) + 1, () => this.wake())
  }

  #giveOut(): void {
    const database = this.#database
    const { world } = database
    if (world.nowMs < database.downUntilMs) return world.schedule(database.downUntilMs - world.nowMs, () => this.wake())
    const jobs = [...database.committed('job')]
    const lanes = new Set(jobs.filter(({ state }) => state === 'active').map(({ lane }) => lane))
    for (const job of jobs.sort((a, b) => a.id - b.id)) {
      if (job.state === 'active' || lanes.has(job.lane)) continue
      if (job.startAfterMs > database.now().getTime()) {
        this.#wakeAt(job.startAfterMs)
        continue
      }
      const able = this.#workers.filter(({ machine, busy, slots }) => machine.isAlive && busy < slots)
      if (able.length === 0) return
      lanes.add(job.lane)
      this.#give(job, world.random.pick(able))
    }
  }

  #give(job: Job, worker: Worker): void {
    const { world } = this.#database
    job.state = 'active'
    worker.busy += 1
    const lost = new AbortController()
    let beatAtMs = world.nowMs
    let isOver = false
    const settle = (isDone: boolean) => {
      if (isOver) return
      isOver = true
      worker.busy -= 1
      lost.abort(new Error('the job was lost'))
      if (isDone) this.#remove(job)
      else this.#return(job)
      this.wake()
    }
    const beat = () => {
      if (isOver) return
      worker.machine.whenRunning(() => (beatAtMs = world.nowMs))
      if (world.nowMs - beatAtMs > HEARTBEAT_MS) return settle(false)
      world.schedule(HEARTBEAT_MS / 2, beat)
    }
    beat()
    worker.machine.whenRunning(() => {
      worker.handle(job.executionId, lost.signal).then(
        () => worker.machine.whenRunning(() => settle(true)),
        () => worker.machine.whenRunning(() => settle(false)),
      )
    })
  }

  #remove(job: Job): void {
    this.#database.withdrawJob(job.id)
  }

  #return(job: Job): void {
    job.deaths += 1
    job.state = 'created'
    if (job.deaths <= DEATHS_UNTIL_BURIED) return
    this.#remove(job)
    const undertaker = this.#undertakers.find(({ machine }) => machine.isAlive)
    undertaker?.handle(job.executionId).catch(() => undefined)
  }
}
