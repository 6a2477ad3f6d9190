import { DataHubError } from '@datahub/core/error/data-hub-error'
import { dayOf, startOfDay, type DataRange } from '@datahub/core/execution/data-range'
import { addDays } from '@datahub/core/execution/calendar'
import type { Column } from '@datahub/core/bucket/column'
import type { CsvStream, Source } from '@datahub/core/source/source'
import type { Machine, World } from './world.ts'

const COLUMNS: Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'item', type: 'integer', nullable: false },
  { name: 'revision', type: 'integer', nullable: false },
]
const HEADER = 'date,item,revision\n'

/** How often the source fails; each between 0 and 1. */
export interface SourceFaults {
  refuses: number
  dies: number
  /** It ends without an error before all rows have come. */
  endsEarly: number
  /** It produces its reports in its own time. */
  isSlow: boolean
}

/** A customer's data: rows per day that are restated now and then, as advertising numbers are. */
export class SimulatedSource {
  readonly world: World
  faults: SourceFaults = { refuses: 0, dies: 0, endsEarly: 0, isSlow: false }
  /** Which revision of a day was the newest, since when. */
  readonly #revisions = new Map<string, { atMs: number; revision: number }[]>()

  constructor(world: World) {
    this.world = world
  }

  /** The numbers of a day change, after they may have been delivered. */
  restate(day: string): void {
    const history = this.#historyOf(day)
    history.push({ atMs: this.world.nowMs, revision: (history.at(-1)?.revision ?? 0) + 1 })
  }

  /** The rows of a range as they were at an instant. */
  rowsAt(range: DataRange, atMs: number): string[] {
    return daysOf(range).flatMap((day) => {
      const revision = this.#historyOf(day).findLast((one) => one.atMs <= atMs)?.revision ?? 0
      return rowsOf(day, revision)
    })
  }

  #historyOf(day: string) {
    let history = this.#revisions.get(day)
    if (!history) this.#revisions.set(day, (history = [{ atMs: -Infinity, revision: 0 }]))
    return history
  }

  openOn(machine: Machine): Source {
    const { world, faults } = this
    const { random } = world
    const ask = <T>(work: () => T) => machine.ask(200, work)
    return {
      kind: 'simulated',
      reports: () => Promise.resolve([{ table: 'clicks', dateColumn: 'date', primaryKey: ['date', 'item'] }]),
      dispatch: async (request, _signal, memory) => {
        const kept = memory?.reference as { readyAtMs: number; snapshotMs: number } | undefined
        const order =
          kept ??
          (await ask(() => {
            if (random.chance(faults.refuses)) throw new DataHubError('source.unreachable', 'connect')
            return { readyAtMs: world.nowMs + (faults.isSlow ? random.between(0, 60_000) : 0), snapshotMs: world.nowMs }
          }))
        if (!kept && faults.isSlow) await memory?.keep(order)
        const snapshotAt = new Date(order.snapshotMs)
        return Object.assign(
          { reference: null, snapshotAt, close: () => Promise.resolve() },
          { order, range: request.range },
        )
      },
      poll: (dispatched) => {
        const { readyAtMs } = (dispatched as unknown as { order: { readyAtMs: number } }).order
        return ask(() => (world.nowMs >= readyAtMs ? ('ready' as const) : { pollAfterMs: 20_000 }))
      },
      read: (dispatched): Promise<CsvStream> => {
        const { order, range } = dispatched as unknown as { order: { snapshotMs: number }; range: DataRange }
        const rows = this.rowsAt(range, order.snapshotMs)
        const [dies, ends] = [random.chance(faults.dies), random.chance(faults.endsEarly)]
        const cut = random.whole(0, Math.max(0, rows.length - 1))
        async function* chunks() {
          yield Buffer.from(HEADER)
          if (dies || ends) {
            yield Buffer.from(rows.slice(0, cut).join(''))
            await ask(() => undefined)
            if (dies) throw new DataHubError('source.incomplete', 'read')
            return
          }
          yield await ask(() => Buffer.from(rows.join('')))
        }
        return Promise.resolve({ columns: COLUMNS, chunks: chunks(), rowsSent: () => rows.length })
      },
      // Nobody tests a connection here
      async *check() {},
      close: () => Promise.resolve(),
    }
  }
}

/** Every day that a range touches. */
function daysOf({ from, to, timeZone }: DataRange): string[] {
  const days: string[] = []
  const last = dayOf(new Date(to.getTime() - 1), timeZone)
  for (let day = dayOf(from, timeZone); day <= last; day = dayOf(startOfDay(addDays(day, 1), timeZone), timeZone))
    days.push(day)
  return days
}

function rowsOf(day: string, revision: number): string[] {
  const count = 1 + ((Number(day.slice(8)) + revision) % 4)
  return Array.from({ length: count }, (_, item) => `${day},${item},${revision}\n`)
}
