import { setTimeout as sleep } from 'node:timers/promises'
import type { HubProcess } from '../e2e/hub-process.ts'
import type { Random } from '../simulation/random.ts'
import type { CrashReport } from './report.ts'
import type { Scene } from './scene.ts'

const RETURN_TIMEOUT_MS = 120_000

/** What happens to the processes of a scene. */
export class Mishaps {
  readonly #scene: Scene
  readonly #random: Random
  readonly #report: CrashReport

  constructor(scene: Scene, random: Random, report: CrashReport) {
    this.#scene = scene
    this.#random = random
    this.#report = report
  }

  /** Somebody is killed or frozen, and comes back. */
  async hit(): Promise<void> {
    const { hubs, workers, loader } = this.#scene
    const random = this.#random
    const victims = workers.length > 0 ? (['hub', 'worker'] as const) : (['hub'] as const)
    switch (random.pick(['hub', ...victims, 'database', 'loader', 'freeze', 'freeze', 'freeze the loader'] as const)) {
      case 'hub':
        return this.#kill('hub', random.pick(hubs))
      case 'worker':
        return this.#kill('worker', random.pick(workers))
      case 'database':
        return this.#killDatabase()
      case 'loader':
        // The next one is started by whoever keeps it running
        if (loader.signal('SIGKILL')) this.#report.kills.loader += 1
        return
      case 'freeze': {
        const frozen = random.pick([...hubs, ...workers])
        return this.#freeze((signal) => frozen.signal(signal), random.pick([500, 5000, 20_000]))
      }
      case 'freeze the loader':
        return this.#freeze((signal) => loader.signal(signal), random.between(500, 8000))
    }
  }

  /** The embedded database and the hub lose the power of their disk. */
  async cutPower(): Promise<void> {
    const { disk, hubs } = this.#scene
    const [hub] = hubs
    if (!disk) return
    const pid = await hub.databasePid()
    disk.cutPower()
    this.#report.cuts += 1
    await hub.kill('SIGKILL')
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
    // Its children end when they find out, and hold files open until then
    await eventually(10_000, async () => disk.remount())
    await startAgain(hub)
  }

  async #kill(victim: 'hub' | 'worker', hub: HubProcess): Promise<void> {
    await hub.kill('SIGKILL')
    this.#report.kills[victim] += 1
    await sleep(this.#random.between(0, 2000))
    await startAgain(hub)
  }

  async #freeze(send: (signal: NodeJS.Signals) => unknown, forMs: number): Promise<void> {
    send('SIGSTOP')
    await sleep(forMs)
    send('SIGCONT')
    this.#report.freezes += 1
  }

  /** Hubs on an external database have to find it again by themselves; an embedded one is its hub's to start. */
  async #killDatabase(): Promise<void> {
    const { external, hubs } = this.#scene
    if (external) {
      await external.kill()
      this.#report.kills.database += 1
      await sleep(this.#random.between(0, 3000))
      // Children of the dead server may keep its shared memory for a moment
      return eventually(RETURN_TIMEOUT_MS, () => external.start())
    }
    const pid = await hubs[0].databasePid()
    if (pid === undefined) return
    process.kill(pid, 'SIGKILL')
    this.#report.kills.database += 1
    await hubs[0].kill('SIGKILL')
    await startAgain(hubs[0])
  }
}

/** A service manager starts it again and again: a database that is coming back may not let it in at once. */
export async function startAgain(hub: HubProcess): Promise<void> {
  await eventually(RETURN_TIMEOUT_MS, () => hub.start())
}

async function eventually(withinMs: number, attempt: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + withinMs; ; await sleep(500)) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}
