import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { formatFigures, median, type Figure } from '../figure.ts'
import { contenders, type Contender, type Lap } from './contender.ts'
import { writeSampleCsv } from './sample-csv.ts'

const run = promisify(execFile)
const CONTENDER = fileURLToPath(new URL('contender.ts', import.meta.url))
const OURS = 'data package'

/** How many times as long as ours the others should take, on two cores; libdeflate in C is there to be compared with. */
const GOALS: Readonly<Partial<Record<Contender, string>>> = {
  'yazl, level 1': '≥ 1.3',
  'yazl, level 6': '≥ 2.5',
  'zlib stream, level 1': '≥ 1.2',
}

export interface PackageBenchOptions {
  /** Of the CSV. */
  readonly sizeBytes?: number
  readonly repetitions?: number
}

/** How long it takes to pack one CSV, beside what is commonly used; laps take turns, so that a drift hits all alike. */
export async function benchPackage({
  sizeBytes = 256 * 1024 * 1024,
  repetitions = 3,
}: PackageBenchOptions = {}): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'datahub-bench-'))
  const csv = join(folder, 'sample.csv')
  const target = join(folder, 'target')
  const laps = new Map<Contender, Lap[]>(contenders.map((name) => [name, []]))
  const compressedBytes = new Map<Contender, number>()
  try {
    await writeSampleCsv(csv, sizeBytes)
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      for (const name of contenders) {
        const { stdout } = await run(process.execPath, [CONTENDER, name, csv, target])
        laps.get(name)?.push(JSON.parse(stdout) as Lap)
        compressedBytes.set(name, (await stat(target)).size)
      }
    }
  } finally {
    await rm(folder, { recursive: true })
  }

  const medianOf = (name: Contender, key: keyof Lap) => median((laps.get(name) ?? []).map((lap) => lap[key]))
  return contenders.map((name) => {
    const cpuSeconds = (medianOf(name, 'cpuMs') / 1000).toFixed(1)
    const goal = GOALS[name]
    const megabytes = ((compressedBytes.get(name) ?? 0) / 1e6).toFixed(0)
    return {
      name: `pack ${Math.round(sizeBytes / 1e6)} MB of CSV: ${name} (${cpuSeconds} s of CPU, ${megabytes} MB)`,
      value: medianOf(name, 'wallMs') / 1000,
      unit: 's',
      peakRssMb: medianOf(name, 'peakRssMb'),
      ...(name === OURS ? {} : { baseline: OURS, ratio: medianOf(name, 'wallMs') / medianOf(OURS, 'wallMs') }),
      ...(goal === undefined ? {} : { goal }),
    }
  })
}

if (import.meta.main) process.stdout.write(formatFigures(await benchPackage()))
