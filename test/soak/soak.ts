import { setTimeout as sleep } from 'node:timers/promises'
import { query } from '../e2e/ads-database.ts'
import { breakNetwork } from '../crash/network.ts'
import { Random } from '../simulation/random.ts'
import { compare, type Comparison } from './compare.ts'
import { takeSample, type Sample } from './samples.ts'
import { setScene, type Scene } from './scene.ts'

export interface SoakOptions {
  readonly minutes: number
  readonly tasks: number
  readonly seed: number
}

export interface SoakReport extends Comparison {
  readonly samples: readonly Sample[]
  readonly faults: number
  /** After the drain. */
  readonly staged: number
  readonly openUploads: number
}

const SAMPLE_EVERY_MS = 5000
const DRAIN_MS = 600_000
const PAUSE_AT_ONCE = 20

/** Delivers on schedule over failing networks for so long, then lets everything come to an end, and compares. */
export async function soak({ minutes, tasks, seed }: SoakOptions, tell: (line: string) => void): Promise<SoakReport> {
  const random = new Random(seed)
  await using scene = await setScene(tasks)
  const { hub, database, bucket, links } = scene
  const over = new AbortController()
  let faults = 0
  const breaking = breakNetwork(links, random, over.signal, () => (faults += 1))
  const samples: Sample[] = []
  const startedAt = performance.now()
  const seconds = () => Math.round((performance.now() - startedAt) / 1000)
  try {
    for (let told = 0; seconds() < minutes * 60;) {
      await sleep(SAMPLE_EVERY_MS)
      const sample = await takeSample(hub, database, bucket, seconds())
      samples.push(sample)
      const minute = Math.floor(sample.seconds / 60)
      if (minute > told) tell(minuteLine((told = minute), sample, await progressOf(scene), faults))
    }
  } finally {
    over.abort()
    await breaking
  }
  await drain(scene)
  const { staged, openUploads } = await takeSample(hub, database, bucket, seconds())
  return { samples, faults, staged, openUploads, ...(await compare(database, bucket)) }
}

/** No new executions; those that are there end, and what the cleaner removes once a minute is gone. */
async function drain(scene: Scene): Promise<void> {
  const { hub, database, bucket } = scene
  const tasks = await query<{ id: number }>(database, 'select id::int from task')
  for (let at = 0; at < tasks.length; at += PAUSE_AT_ONCE)
    await Promise.all(tasks.slice(at, at + PAUSE_AT_ONCE).map(({ id }) => hub.ask('POST', `/tasks/${id}/pause`, {})))
  for (const deadline = Date.now() + DRAIN_MS; Date.now() < deadline; await sleep(SAMPLE_EVERY_MS)) {
    const { open, behind } = await progressOf(scene)
    const { staged, openUploads } = await takeSample(hub, database, bucket, 0)
    if (open + behind + staged + openUploads === 0) return
  }
}

interface Progress {
  readonly delivered: number
  readonly open: number
  /** Logs that do not tell everything yet. */
  readonly behind: number
}

async function progressOf({ database }: Scene): Promise<Progress> {
  const [progress] = await query<Progress>(
    database,
    `select count(*) filter (where status = 6)::int as delivered, count(*) filter (where status in (0, 1, 2, 4))::int as open,
       (select count(*)::int from sync_log where published < wanted) as behind from execution`,
  )
  return progress ?? { delivered: 0, open: 0, behind: 0 }
}

function minuteLine(minute: number, sample: Sample, { delivered, open }: Progress, faults: number): string {
  const { memoryMb, fileDescriptors, connections, staged, openUploads } = sample
  return (
    `minute=${minute} memory=${memoryMb.toFixed(0)}MB fds=${fileDescriptors} connections=${connections} staged=${staged} ` +
    `openUploads=${openUploads} delivered=${delivered} open=${open} networkFaults=${faults}`
  )
}
