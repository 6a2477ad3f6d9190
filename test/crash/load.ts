import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../simulation/random.ts'
import { restate } from './customer.ts'
import type { Scene } from './scene.ts'

export const DAYS = 24
const FIRST_DAY = '2024-01-01'

/** What goes on in a scene while it is tormented. A hub that does not answer is asked again a moment later, by anybody. */
export class Load {
  readonly #scene: Scene
  readonly #random: Random

  constructor(scene: Scene, random: Random) {
    this.#scene = scene
    this.#random = random
  }

  /** Until `signal`: backfills, numbers that change, a loader, and a reader who looks at the bucket at any moment. */
  async run(signal: AbortSignal): Promise<void> {
    const { source, loader, customer } = this.#scene
    const random = this.#random
    const again = async (low: number, high: number, work: () => Promise<unknown>) => {
      while (!signal.aborted) {
        await work()
        await sleep(random.between(low, high), undefined, { signal }).catch(() => undefined)
      }
    }
    await Promise.all([
      again(1000, 5000, async () => {
        await this.backfill(random.whole(4, DAYS)).catch(() => undefined)
        await restate(source, random.whole(0, DAYS - 1))
      }),
      again(200, 2000, () => loader.run()),
      again(500, 500, () => customer.look()),
    ])
  }

  /** Delivers so many days once more; undefined when there is nothing to do. */
  async backfill(days: number): Promise<number | undefined> {
    const to = new Date(Date.parse(FIRST_DAY) + (days - 1) * 86_400_000).toISOString().slice(0, 10)
    const hub = this.#random.pick(this.#scene.hubs)
    const request = { task: 'daily', from: FIRST_DAY, to, chunk: 'day', only: 'all', parallel: 4 }
    const { backfill } = (await hub.ask('POST', '/backfills', request)) as { backfill: { id: number } | null }
    return backfill?.id
  }
}
