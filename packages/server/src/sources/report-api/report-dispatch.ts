import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Dispatched, Pending, ReferenceMemory, ReportRequest } from '@datahub/core/source/source'
import { isDeepStrictEqual } from 'node:util'
import { stepsOf, textAt, valueAt } from './answer-path.ts'
import { fillingOf, Reference, type Order, type Placed } from './orders.ts'
import { fillValue, type Filling } from './placeholders.ts'
import type { Answer, ServiceClient } from './service-client.ts'
import type { ReportApiConnection } from './settings.ts'

/** A report that can be downloaded. */
export interface ReadyReport {
  /** No rows: there is nothing to download. */
  readonly isEmpty: boolean
  readonly url: string | undefined
  /** As the service counts them; undefined where it does not say. */
  readonly rows: number | undefined
}

/** The answer to a second request for the same report may be about another one for so long. */
const OTHER_REPORT_MS = 60_000

/**
 * The reports of one package, from the order on. Each id is kept the moment it is known, before anything else is asked
 * for, so that whoever comes back asks only for reports that have none.
 */
export class ReportDispatch implements Dispatched {
  readonly orders: readonly Order[]
  onClosed = () => {}
  readonly #connection: ReportApiConnection
  readonly #client: ServiceClient
  readonly #request: ReportRequest
  readonly #memory: ReferenceMemory | undefined
  readonly #reference: Reference
  readonly #ready = new Map<string, ReadyReport>()

  constructor(
    connection: ReportApiConnection,
    client: ServiceClient,
    request: ReportRequest,
    orders: readonly Order[],
    memory: ReferenceMemory | undefined,
  ) {
    this.orders = orders
    this.#connection = connection
    this.#client = client
    this.#request = request
    this.#memory = memory
    this.#reference = memory?.reference === undefined ? { placed: {}, failures: {} } : Reference.parse(memory.reference)
  }

  /** The service began to look at its data no earlier than the first report was asked for. */
  get snapshotAt(): Date | null {
    const asked = Object.values(this.#reference.placed).map(({ askedAt }) => askedAt)
    return asked.length === 0 ? null : new Date(Math.min(...asked))
  }

  /** Asks for all reports that have no id yet. */
  async place(signal: AbortSignal): Promise<void> {
    for (const order of this.orders) {
      signal.throwIfAborted()
      if (this.#placed(order)) continue
      const askedAt = Date.now()
      const reportId = await this.#create(order, signal)
      this.#reference.placed[order.name] = { reportId, askedAt, isDone: false }
      await this.#keep()
    }
  }

  /** Whether all are ready; those that were are not asked after again, and one that is not is enough to wait. */
  async poll(signal: AbortSignal): Promise<Pending | 'ready'> {
    const everyMs = this.#connection.poll.everySeconds * 1000
    for (const order of this.orders) {
      const placed = this.#placed(order)
      if (!placed || placed.isDone) continue
      const waitMs = placed.askedAt + everyMs - Date.now()
      if (waitMs > 0) return { pollAfterMs: waitMs }
      const ready = await this.#ask(order, placed, signal).catch((error: unknown) =>
        this.#comeBackLater(error, order, placed),
      )
      if (ready && 'pollAfterMs' in ready) return ready
      if (!ready) {
        this.#assertInTime(order, placed)
        return { pollAfterMs: everyMs * (1 + Math.random() / 5) }
      }
      this.#ready.set(order.name, ready)
      placed.isDone = true
      await this.#keep()
    }
    return 'ready'
  }

  /** Where a ready report is to be had; `isFresh`: not where it was when it was asked before, because that has expired. */
  async find(order: Order, isFresh: boolean, signal: AbortSignal): Promise<ReadyReport> {
    const known = this.#ready.get(order.name)
    if (known && !isFresh) return known
    const placed = this.#placed(order)
    const ready = placed && (await this.#ask(order, placed, signal))
    if (!ready) throw new DataHubError('source.download_failed', `find the report ${order.report.table}`)
    this.#ready.set(order.name, ready)
    return ready
  }

  filling(order: Order): Filling {
    const failures = this.#reference.failures[order.name] ?? 0
    return fillingOf(order, this.#request, failures, this.#placed(order)?.reportId ?? '')
  }

  async close(): Promise<void> {
    this.onClosed()
  }

  async #create(order: Order, signal: AbortSignal): Promise<string> {
    const { create } = this.#connection
    const doing = `ask for the report ${order.report.table}${order.account === '' ? '' : ` of account ${order.account}`}`
    const { duplicate } = create
    const answer = await this.#client.ask(create, this.filling(order), doing, signal, duplicate?.status)
    if (!duplicate || answer.status !== duplicate.status) return idIn(answer, create.reportId, undefined, doing)
    const reportId = idIn(answer, duplicate.reportId, duplicate.after, doing)
    await this.#assertSame(order, reportId, doing, signal)
    return reportId
  }

  /** Services take requests for duplicates that are none; such a report must not pass for ours. */
  async #assertSame(order: Order, reportId: string, doing: string, signal: AbortSignal): Promise<void> {
    const { create, poll } = this.#connection
    const same = create.duplicate?.same ?? []
    if (same.length === 0) return
    const filling = { ...this.filling(order), reportId }
    const sent: unknown = JSON.parse(JSON.stringify(fillValue(create.body ?? null, filling)))
    const { body } = await this.#client.ask(poll, filling, doing, signal)
    const state = textAt(body, poll.state)
    const different = same.find((path) => !isAlike(valueAt(body, stepsOf(path)), valueAt(sent, stepsOf(path))))
    if (different === undefined && (state === undefined || !poll.failed.includes(state))) return
    throw new DataHubError('source.throttled', doing, {
      hint: 'The service takes it for another report that it is producing; it is tried again when that is done.',
      facts: different === undefined ? {} : { differs: different },
      retryAfterMs: OTHER_REPORT_MS,
    })
  }

  /** Undefined while it is being produced. A report that failed is forgotten: the next attempt asks for another one. */
  async #ask(order: Order, placed: Placed, signal: AbortSignal): Promise<ReadyReport | undefined> {
    const { poll } = this.#connection
    const doing = `ask after the report ${order.report.table}`
    const { body } = await this.#client.ask(poll, this.filling(order), doing, signal).catch(async (error: unknown) => {
      const isUnknown = error instanceof DataHubError && [404, 410].includes(Number(error.facts['httpStatus']))
      if (isUnknown) await this.#forget(order)
      if (isUnknown) throw failed(order, 'The service does not know the report any more; it is asked for anew.')
      throw error
    })
    const state = textAt(body, poll.state) ?? ''
    if (poll.pending.includes(state)) return undefined
    if (poll.empty.includes(state)) return { isEmpty: true, url: undefined, rows: 0 }
    if (poll.failed.includes(state)) {
      await this.#forget(order)
      throw failed(order)
    }
    if (!poll.ready.includes(state)) {
      throw new DataHubError('source.answer_unreadable', doing, {
        hint: `It says "${state.slice(0, 50)}" at ${poll.state}: add that to the states of poll, or correct the path.`,
      })
    }
    const rows = poll.rows === undefined ? undefined : textAt(body, poll.rows)
    const url = poll.url === undefined ? undefined : textAt(body, poll.url)
    if (poll.url !== undefined && url === undefined) {
      throw new DataHubError('source.answer_unreadable', doing, { hint: `There is no URL at ${poll.url}.` })
    }
    return { isEmpty: false, url, rows: rows === undefined ? undefined : Number(rows) }
  }

  /** A service that is busy or away while it produces is no failure before the time is up. */
  #comeBackLater(error: unknown, order: Order, placed: Placed): Pending {
    const passes =
      error instanceof DataHubError && (error.code === 'source.throttled' || error.code === 'source.unreachable')
    if (!passes) throw error
    this.#assertInTime(order, placed)
    const everyMs = this.#connection.poll.everySeconds * 1000
    return { pollAfterMs: Math.max(everyMs, error.retryAfterMs ?? 0) * (1 + Math.random() / 5) }
  }

  #assertInTime(order: Order, placed: Placed): void {
    const { deadlineMinutes } = this.#connection
    if (Date.now() - placed.askedAt <= deadlineMinutes * 60_000) return
    throw new DataHubError('source.report_overdue', `wait for the report ${order.report.table}`, {
      hint: `It was not ready after ${deadlineMinutes} minutes. Run it again later, or raise deadlineMinutes.`,
    })
  }

  #placed(order: Order): Placed | undefined {
    return this.#reference.placed[order.name]
  }

  async #forget(order: Order): Promise<void> {
    delete this.#reference.placed[order.name]
    this.#reference.failures[order.name] = (this.#reference.failures[order.name] ?? 0) + 1
    await this.#keep()
  }

  async #keep(): Promise<void> {
    await this.#memory?.keep(this.#reference)
  }
}

function failed(order: Order, hint?: string): DataHubError {
  const doing = `produce the report ${order.report.table} of ${order.words}`
  return new DataHubError('source.report_failed', doing, hint === undefined ? {} : { hint })
}

function idIn(answer: Answer, path: string, after: string | undefined, doing: string): string {
  const text = textAt(answer.body, path)
  const start = after === undefined || text === undefined ? 0 : text.indexOf(after)
  const id = start === -1 ? '' : (text ?? '').slice(start + (after?.length ?? 0)).trim()
  // What looks like no id would be asked after for hours
  if (/^[\x21-\x7e]{1,500}$/.test(id)) return id
  throw new DataHubError('source.answer_unreadable', doing, { hint: `There is no id of a report at ${path}.` })
}

/** As JSON says the same: null and nothing, lists in any order, numbers as texts. */
function isAlike(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(plain(one), plain(other))
}

function plain(value: unknown): unknown {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.map((item) => JSON.stringify(plain(item))).sort()
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value)
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, plain(item)]),
  )
}
