import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { databaseNow, type Database } from '../db/database.ts'
import { listProcesses } from '../processes/process-store.ts'
import { version } from '../version.ts'
import { listBehind, listEndedAfter, listTestsAfter, readStanding } from './metrics-store.ts'

/** A transaction commits later than its instants say. */
const OVERLAP_MS = 10_000
const STAGE_SECONDS = [1, 5, 15, 60, 300, 900, 3600, 4 * 3600]
const REQUEST_SECONDS = [0.005, 0.02, 0.05, 0.1, 0.5, 2, 10]

/**
 * Numbers for Prometheus. What the whole hub does is asked of the database at each scrape, so that every process tells
 * the same; requests are those of this process. No name of a customer, task or bucket is a label: tasks go by their ids,
 * and only so many of those that are behind are listed.
 */
export class Metrics {
  readonly #db: Database
  readonly #mostTasks: number
  readonly #countReaders: () => number
  readonly #registry = new Registry()
  readonly #seen = new Map<string, number>()
  #since: Promise<Date>
  #collecting: Promise<void> | undefined

  readonly #executions = this.#counter('datahub_executions_total', 'Executions that have ended', ['status', 'source'])
  readonly #bytes = this.#counter('datahub_sent_bytes_total', 'Bytes of delivered packages', [])
  readonly #rows = this.#counter('datahub_sent_rows_total', 'Rows in delivered packages', [])
  readonly #tests = this.#counter('datahub_connection_tests_total', 'Connection tests', ['noun', 'result'])
  readonly #stages = new Histogram({
    name: 'datahub_execution_stage_seconds',
    help: 'How long ended executions took to be begun (wait), to be packed (package) and to be stored (send)',
    labelNames: ['stage'],
    buckets: STAGE_SECONDS,
    registers: [this.#registry],
  })
  readonly #open = this.#gauge('datahub_executions_open', 'Executions that are not over', ['state'])
  readonly #oldest = this.#gauge('datahub_queue_oldest_seconds', 'How long the oldest execution has waited', [])
  readonly #missing = this.#gauge('datahub_missing_ranges', 'Data ranges neither delivered nor under way', [])
  readonly #failing = this.#gauge('datahub_tasks_failing', 'Tasks whose newest execution failed', [])
  readonly #logs = this.#gauge('datahub_sync_logs_behind', 'Sync logs that are still to be written', [])
  readonly #age = this.#gauge('datahub_task_data_age_seconds', 'Since the end of the newest delivered data', ['task'])
  readonly #processes = this.#gauge('datahub_processes', 'Processes of the hub by sign of life', ['state'])
  readonly #slots = this.#gauge('datahub_worker_slots', 'Slots of the workers that are alive', ['state'])
  readonly #clients = this.#gauge('datahub_event_stream_clients', 'Streams of events open at this process', [])
  readonly #requests = new Histogram({
    name: 'datahub_http_request_seconds',
    help: 'Requests that this process has answered, by operation and HTTP status',
    labelNames: ['operation', 'status'],
    buckets: REQUEST_SECONDS,
    registers: [this.#registry],
  })

  /** `mostTasks`: how many tasks are listed one by one. */
  constructor(db: Database, mostTasks: number, countReaders: () => number) {
    this.#db = db
    this.#mostTasks = mostTasks
    this.#countReaders = countReaders
    this.#since = databaseNow(db)
    this.#since.catch(() => undefined)
    this.#gauge('datahub_info', 'Which version runs', ['version']).set({ version }, 1)
  }

  /** An operation of the contract that was answered; unknown paths are no operation, so the labels are bounded. */
  request(operation: string, status: number, seconds: number): void {
    this.#requests.observe({ operation, status: String(status) }, seconds)
  }

  /** The text that Prometheus reads. */
  async text(): Promise<string> {
    this.#collecting ??= this.#collect().finally(() => (this.#collecting = undefined))
    await this.#collecting
    return this.#registry.metrics()
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  async #collect(): Promise<void> {
    await this.#countEnded()
    const standing = await readStanding(this.#db)
    for (const state of ['waiting', 'retrying', 'running'] as const) this.#open.set({ state }, standing[state])
    this.#oldest.set(standing.oldest_seconds)
    this.#missing.set(standing.missing_ranges)
    this.#failing.set(standing.failing_tasks)
    this.#logs.set(standing.logs_behind)
    this.#age.reset()
    const behind = this.#mostTasks === 0 ? [] : await listBehind(this.#db, this.#mostTasks)
    for (const { taskId, seconds } of behind) this.#age.set({ task: String(taskId) }, seconds)
    const processes = await listProcesses(this.#db)
    const alive = processes.filter(({ isAlive }) => isAlive)
    this.#processes.set({ state: 'alive' }, alive.length)
    this.#processes.set({ state: 'silent' }, processes.length - alive.length)
    const [slots, busy] = [sumOf(alive, 'slots'), sumOf(alive, 'busy')]
    this.#slots.set({ state: 'busy' }, busy)
    this.#slots.set({ state: 'free' }, Math.max(0, slots - busy))
    this.#clients.set(this.#countReaders())
  }

  /** What has ended since the last look, each once. */
  async #countEnded(): Promise<void> {
    const [since, now] = [await this.#since, await databaseNow(this.#db)]
    const from = new Date(since.getTime() - OVERLAP_MS)
    const executions = await listEndedAfter(this.#db, from)
    for (const { id, endedAt, status, kind, sizeBytes, rows, ...stages } of executions) {
      if (!this.#isNew(`execution/${id}`, endedAt)) continue
      this.#executions.inc({ status: String(status), source: kind })
      this.#bytes.inc(sizeBytes)
      this.#rows.inc(rows)
      const { waitSeconds, packageSeconds, sendSeconds } = stages
      for (const [stage, seconds] of Object.entries({ wait: waitSeconds, package: packageSeconds, send: sendSeconds }))
        if (seconds !== null) this.#stages.observe({ stage }, seconds)
    }
    for (const { key, noun, ok, testedAt } of await listTestsAfter(this.#db, from))
      if (this.#isNew(key, testedAt)) this.#tests.inc({ noun, result: ok ? 'passed' : 'failed' })
    this.#since = Promise.resolve(now)
    for (const [key, at] of this.#seen) if (at < now.getTime() - 2 * OVERLAP_MS) this.#seen.delete(key)
  }

  #isNew(key: string, at: Date): boolean {
    if (this.#seen.has(key)) return false
    this.#seen.set(key, at.getTime())
    return true
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] })
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] })
  }
}

function sumOf<Key extends string>(rows: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return rows.reduce((sum, row) => sum + row[key], 0)
}
