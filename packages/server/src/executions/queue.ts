import { fromKysely, PgBoss, type Queue } from 'pg-boss'
import { sql } from 'kysely'
import { createHash } from 'node:crypto'
import type { Connection } from '../db/database.ts'
import type { Trigger } from '../db/schema.ts'
import type { Logger } from '../foundation/logger.ts'

/**
 * Which execution is worked on next, by whom, and again when a worker dies: pg-boss. The execution row is the truth; a
 * job only points at it, so a job too many does no harm (claims are fenced) and a job too few is put back by the rescuer.
 */
export interface ExecutionQueue {
  /** In the caller's transaction, so that an execution without a job, or a job without an execution, cannot be committed. */
  enqueue(db: Connection, jobs: readonly QueuedExecution[]): Promise<void>
  /** Works on up to `slots` executions at a time until `stop`. `signal` aborts when the worker has lost the job or drains. */
  work(slots: number, handle: (executionId: number, signal: AbortSignal) => Promise<void>): Promise<void>
  /** Executions whose job died with its worker again and again. */
  buryDead(handle: (executionId: number) => Promise<void>): Promise<void>
  /** Open executions whose turn it is and that no live job points at. */
  findLost(db: Connection): Promise<QueuedExecution[]>
  /** Takes no new job, gives the running ones `drainMs`, then takes their signals away. */
  stop(drainMs: number): Promise<void>
}

export interface QueuedExecution {
  readonly executionId: number
  /** Jobs of one lane are worked on one at a time. Only the first of a lane is given to the queue: the others would stand
   * in the way of other lanes there. */
  readonly lane: string
  readonly trigger: Trigger
  readonly startAfter?: Date
}

const QUEUE = 'execution'
/** Pushes over past ranges have slots of their own, so that a scheduled delivery never waits behind one. */
const PUSH_QUEUE = 'push'
const DEAD = 'execution_dead'
const HEARTBEAT_SECONDS = 10
const LONGEST_ATTEMPT_SECONDS = 24 * 3600
const DEATHS_UNTIL_BURIED = 5

interface JobData {
  readonly executionId: number
}

/** Opens the queue on the hub's database; its tables live in a schema of their own, `pgboss`. */
export async function openQueue(databaseUrl: string, logger: Logger): Promise<ExecutionQueue> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'datahub-queue',
    max: 4,
    schedule: false,
    useListenNotify: true,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    // Says which tasks have a job under way; those are passed over, and by default for up to a minute after it has ended
    queueCacheIntervalSeconds: 1,
  })
  boss.on('error', (error) => logger.warn({ err: error }, 'queue'))
  await boss.start()
  await boss.createQueue(DEAD)
  const options: Omit<Queue, 'name'> = {
    // One at a time per lane: a task never overlaps itself
    policy: 'singleton',
    notify: true,
    deadLetter: DEAD,
    retryLimit: DEATHS_UNTIL_BURIED,
    retryDelay: 1,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: LONGEST_ATTEMPT_SECONDS,
    deleteAfterSeconds: 3600,
  }
  for (const name of [QUEUE, PUSH_QUEUE]) await boss.createQueue(name, options)
  const drain = new AbortController()
  let stopped: Promise<void> | undefined

  return {
    async enqueue(db, jobs) {
      const turns = await readTurns(db, jobs)
      for (const name of [QUEUE, PUSH_QUEUE]) {
        const rows = jobs.flatMap(({ executionId, lane, trigger, startAfter }) => {
          const { turn, slot } = turns.get(executionId) ?? { turn: 0, slot: undefined }
          // A workspace with a limit has so many slots, whatever is worked on in them
          if ((slot === undefined ? queueOf(trigger) : QUEUE) !== name) return []
          const job = { data: { executionId } satisfies JobData, singletonKey: slot ?? lane, priority: -turn }
          return [startAfter ? { ...job, startAfter } : job]
        })
        if (rows.length > 0) await boss.insert(name, rows, { db: fromKysely(db) })
      }
    },

    async work(slots, handle) {
      const shares = { [QUEUE]: slots, [PUSH_QUEUE]: Math.ceil(slots / 2) }
      for (const [name, localConcurrency] of Object.entries(shares)) {
        await boss.work<JobData>(
          name,
          { localConcurrency, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1, burstWhenReadyExceeds: 1 },
          async ([job]) => {
            if (job) await handle(job.data.executionId, AbortSignal.any([job.signal, drain.signal]))
          },
        )
      }
    },

    async buryDead(handle) {
      await boss.work<JobData>(DEAD, { pollingIntervalSeconds: 2 }, async ([job]) => {
        if (job) await handle(job.data.executionId)
      })
    },

    async findLost(db) {
      const { rows } = await sql<{ id: number; lane: string; trigger: Trigger; due_at: Date | null }>`
        select e.id, e.lane, e.trigger, coalesce(e.poll_at, e.retry_at) as due_at from execution e
        where e.status in (0, 1, 2, 4) and e.triggered_at < now() - interval '15 seconds'
          and not exists (
            select 1 from execution earlier
            where earlier.lane = e.lane and earlier.id < e.id and earlier.status in (0, 1, 2, 4) and earlier.retry_at is null
          )
          and not exists (
            select 1 from pgboss.job j
            where j.name in (${QUEUE}, ${PUSH_QUEUE}) and j.state in ('created', 'retry', 'active')
              and (j.data->>'executionId')::bigint = e.id
          )`.execute(db)
      return rows.map(({ id, lane, trigger, due_at }) => ({
        executionId: id,
        lane,
        trigger,
        ...(due_at ? { startAfter: due_at } : {}),
      }))
    },

    stop(drainMs) {
      stopped ??= stopBoss(boss, drainMs, drain)
      return stopped
    },
  }
}

/** Whose turn it is, and for executions of a workspace with a limit which of its slots they wait for. */
async function readTurns(
  db: Connection,
  jobs: readonly QueuedExecution[],
): Promise<Map<number, { turn: number; slot: string | undefined }>> {
  const { rows } = await sql<{ id: number; turn: number; workspace_id: number; parallel: number | null }>`
    select e.id, e.turn, e.workspace_id, w.parallel from execution e join workspace w on w.id = e.workspace_id
    where e.id = any(${jobs.map(({ executionId }) => executionId)}::bigint[])`.execute(db)
  const lanes = new Map(jobs.map(({ executionId, lane }) => [executionId, lane]))
  return new Map(
    rows.map(({ id, turn, workspace_id, parallel }) => {
      const slot = parallel === null ? undefined : `workspace/${workspace_id}/${spread(lanes.get(id) ?? '', parallel)}`
      return [id, { turn, slot }]
    }),
  )
}

/** The same number below `count` for the same text. */
function spread(text: string, count: number): number {
  return createHash('md5').update(text).digest().readUInt32BE() % count
}

async function stopBoss(boss: PgBoss, drainMs: number, drain: AbortController): Promise<void> {
  const cut = setTimeout(() => drain.abort(new Error('draining')), drainMs)
  try {
    await boss.stop({ graceful: true, timeout: drainMs + 10_000 })
  } finally {
    clearTimeout(cut)
  }
}

function queueOf(trigger: Trigger): string {
  return trigger === 'backfill' || trigger === 'one-time' ? PUSH_QUEUE : QUEUE
}
