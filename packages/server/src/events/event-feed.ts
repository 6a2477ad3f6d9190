import type { ChangeEvent } from '@datahub/core/api/live-routes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseNow, type Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import type { Logger } from '../foundation/logger.ts'
import { marksOfCallers } from './caller-store.ts'
import { listMoving, type Seen } from './event-store.ts'

/** Looked at again with every look: a transaction commits later than its instants say. */
const OVERLAP_MS = 10_000
/** How often it is looked, and how often it is asked whether the caller is still let in though nothing says otherwise. */
const PACE = { lookEveryMs: 1000, askEveryMs: 15_000 }
const MOST_STREAMS_PER_CALLER = 10
/** A reader who is so far behind is told to look again. */
const MOST_WAITING = 500

const REFETCH: ChangeEvent = { kind: 'refetch', id: null, taskId: null }

interface Reader {
  readonly workspaceId: number
  readonly caller: string
  readonly waiting: Map<string, ChangeEvent>
  /** What stood in the tables of who may when it was last looked at. */
  mark: string | undefined
  /** Whether the caller has to be let in anew before anything more is told. */
  isDoubted: boolean
  wake: () => void
}

/** Tells readers what has changed. One look a second for all readers of the process, and none while nobody reads. */
export class EventFeed {
  readonly #db: Database
  readonly #logger: Logger
  readonly #pace: typeof PACE
  readonly #readers = new Set<Reader>()
  readonly #over = new AbortController()
  #looking: Promise<void> | undefined

  constructor(db: Database, logger: Logger, pace = PACE) {
    this.#db = db
    this.#logger = logger
    this.#pace = pace
  }

  /**
   * Changes of the caller's workspace from now on, until the signal, the stop of the hub, or `mayGoOn` says no. That is asked
   * with the first look after a session, a token, a user or a role has changed, before anything of that look is told: whoever
   * is let in no more hears nothing more. And every quarter of a minute, for what ends by itself. `caller`: `user/<id>` or
   * `token/<id>`. Throws `request.too_many` for one stream too many.
   */
  read(
    scope: Scope,
    caller: string,
    signal: AbortSignal | undefined,
    mayGoOn: () => Promise<boolean>,
  ): AsyncGenerator<ChangeEvent, void, void> {
    if ([...this.#readers].filter((reader) => reader.caller === caller).length >= MOST_STREAMS_PER_CALLER)
      throw new DataHubError('request.too_many', 'open another stream of events', { hint: 'Close the other pages.' })
    const { workspaceId } = scope
    const reader: Reader = {
      workspaceId,
      caller,
      waiting: new Map(),
      mark: undefined,
      isDoubted: false,
      wake: () => {},
    }
    this.#readers.add(reader)
    // Also of a stream that nobody ever pulls from
    signal?.addEventListener('abort', () => this.#readers.delete(reader), { once: true })
    this.#looking ??= this.#look()
    return this.#stream(reader, AbortSignal.any([this.#over.signal, ...(signal ? [signal] : [])]), mayGoOn)
  }

  /** How many streams are open. */
  get readers(): number {
    return this.#readers.size
  }

  async *#stream(
    reader: Reader,
    over: AbortSignal,
    mayGoOn: () => Promise<boolean>,
  ): AsyncGenerator<ChangeEvent, void, void> {
    let askedAt = performance.now()
    try {
      yield REFETCH
      while (!over.aborted) {
        if (reader.waiting.size === 0 && !reader.isDoubted) await wakened(reader, over, this.#pace.askEveryMs)
        if (reader.isDoubted || performance.now() - askedAt >= this.#pace.askEveryMs) {
          reader.isDoubted = false
          if (!(await mayGoOn())) return
          askedAt = performance.now()
        }
        const events = [...reader.waiting.values()]
        reader.waiting.clear()
        for (const event of events) yield event
      }
    } finally {
      this.#readers.delete(reader)
    }
  }

  /** Ends every stream. */
  async stop(): Promise<void> {
    this.#over.abort()
    await this.#looking
  }

  async #look(): Promise<void> {
    let seen: Map<string, Seen> | undefined
    let since = new Date(0)
    while (this.#readers.size > 0 && !this.#over.signal.aborted) {
      try {
        const now = await databaseNow(this.#db)
        if (!seen) since = now
        const moving = await listMoving(this.#db, new Date(since.getTime() - OVERLAP_MS))
        // After what is told, so that nobody hears of a change that came after they were shut out
        this.#doubt(await marksOfCallers(this.#db, new Set([...this.#readers].map(({ caller }) => caller))))
        const next = new Map(moving.map((one) => [`${one.kind}/${one.id}`, one]))
        if (seen) {
          for (const [key, one] of next) if (seen.get(key)?.mark !== one.mark) this.#tell(key, one)
        } else {
          // What changed before the first look was seen by nobody
          for (const reader of this.#readers) this.#give(reader, 'refetch', REFETCH)
        }
        seen = next
        since = now
      } catch (error) {
        this.#logger.warn({ err: error }, 'events')
        for (const reader of this.#readers) this.#give(reader, 'refetch', REFETCH)
      }
      await sleep(this.#pace.lookEveryMs, undefined, { signal: this.#over.signal }).catch(() => undefined)
    }
    this.#looking = undefined
  }

  #doubt(marks: ReadonlyMap<string, string>): void {
    for (const reader of this.#readers) {
      const mark = marks.get(reader.caller) ?? 'gone'
      if (reader.mark === mark) continue
      reader.mark = mark
      reader.isDoubted = true
      reader.wake()
    }
  }

  #tell(key: string, { kind, id, taskId, workspaceId }: Seen): void {
    for (const reader of this.#readers)
      if (reader.workspaceId === workspaceId) this.#give(reader, key, { kind, id, taskId })
  }

  #give(reader: Reader, key: string, event: ChangeEvent): void {
    if (reader.waiting.size >= MOST_WAITING) {
      reader.waiting.clear()
      reader.waiting.set('refetch', REFETCH)
    } else reader.waiting.set(key, event)
    reader.wake()
  }
}

/** Until something waits, the stream is over, or it is time to ask whether it may go on. */
async function wakened(reader: Reader, over: AbortSignal, longestMs: number): Promise<void> {
  const awake = new AbortController()
  reader.wake = () => awake.abort()
  await sleep(longestMs, undefined, { signal: AbortSignal.any([over, awake.signal]) }).catch(() => undefined)
}
