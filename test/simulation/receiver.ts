import { loadTask } from '../../packages/loader/src/load-task.ts'
import type { Bucket } from '../../packages/loader/src/bucket/bucket.ts'
import { LoaderError } from '../../packages/loader/src/problem.ts'
import type { Mode } from '../../packages/loader/src/tables/table-mapping.ts'
import type { Target } from '../../packages/loader/src/targets/target.ts'
import type { SimulatedS3 } from './s3.ts'
import type { SimulatedTarget } from './target.ts'
import { Machine, type World } from './world.ts'

const TASK = 1
const LATENCY_MS = 120
const END_OF_TIME = new Date(8.64e15)

/** The loaders of the history under way, so that their addresses lead to them. */
const loaders = new Map<string, { readonly bucket: Bucket; readonly target: Target }>()

export function loaderAt(address: string): { readonly bucket: Bucket; readonly target: Target } {
  const loader = loaders.get(address)
  if (!loader) throw new Error(`nobody is at ${address}`)
  return loader
}

/** The receiver's side: the loader as it is, each run of it on a machine that can be killed or frozen. */
export class Receiver {
  readonly mode: Mode
  readonly #world: World
  readonly #s3: SimulatedS3
  readonly #target: SimulatedTarget
  readonly #running = new Set<Machine>()
  #runs = 0

  constructor(world: World, s3: SimulatedS3, target: SimulatedTarget, mode: Mode) {
    this.#world = world
    this.#s3 = s3
    this.#target = target
    this.mode = mode
    loaders.clear()
  }

  /** One run of a loader. Rejects when the bucket or the database failed it; never settles when it was killed. */
  async load(): Promise<void> {
    const name = `loader-${(this.#runs += 1)}`
    const machine = new Machine(this.#world, name)
    const target = await this.#target.connect(machine)
    loaders.set(name, { bucket: this.#bucketOf(machine), target })
    this.#running.add(machine)
    try {
      const { packages } = await loadTask({ bucket: name, into: name, taskId: TASK, mode: this.mode, workFolder: name })
      this.#world.note(`${name} has loaded ${packages.map((one) => `${one.packageName} ${one.state}`).join(', ')}`)
    } catch (error) {
      this.#world.note(`${name}: ${(error as Error).message}`)
      throw error
    } finally {
      this.#running.delete(machine)
    }
  }

  kill(): void {
    const [machine] = this.#running
    if (!machine) return
    machine.kill()
    this.#running.delete(machine)
    this.#target.lose(machine)
  }

  freeze(forMs: number): void {
    const [machine] = this.#running
    machine?.freeze(forMs)
  }

  #bucketOf(machine: Machine): Bucket {
    const { random } = this.#world
    const s3 = this.#s3
    const ask = <T>(work: () => T) =>
      machine.ask(LATENCY_MS, () => {
        const { busy, reset, lost } = s3.weather
        // The client of the vendor tries five times
        if (random.chance((busy + reset + lost) ** 3)) throw new LoaderError('The storage failed.', 'Try again.')
        return work()
      })
    const nothing = () => (s3.mayList ? ('absent' as const) : ('denied' as const))
    return {
      location: 's3://company-data',
      readWhole: (key) => ask(() => s3.objects.get(key)?.bytes ?? nothing()),
      list: (folder) =>
        ask(() => {
          if (!s3.mayList) return 'denied'
          const inside = [...s3.objects].filter(([key]) => key.startsWith(folder))
          // A sender writes manifests: what has none is never old enough to be loaded without, whatever clocks do meanwhile
          const objects = inside.map(([key, { bytes }]) => ({
            name: key.slice(folder.length),
            sizeBytes: bytes.length,
            modifiedAt: END_OF_TIME,
          }))
          return { objects, listedAt: END_OF_TIME }
        }),
      open: () => Promise.reject(new Error('simulated packages are small: none is opened from an offset')),
      close: () => undefined,
    }
  }
}
