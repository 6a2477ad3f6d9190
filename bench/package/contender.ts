import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createDeflateRaw } from 'node:zlib'
import { createDeflater } from '@datahub/server/package/deflater'
import { createPackage } from '@datahub/server/package/package-writer'
import { verifyStaged } from '@datahub/server/package/verify-staged'
import { ZipFile } from 'yazl'

/** Ways to turn a CSV on disk into a compressed file on disk. */
const CONTENDERS = {
  /** Counts rows, hashes CSV and zip, makes the file durable, reads it back. */
  'data package': packageOnce,
  'yazl, level 1': (csv: string, target: string) => yazlOnce(csv, target, 1),
  'yazl, level 6': (csv: string, target: string) => yazlOnce(csv, target, 6),
  /** Neither a zip nor a CRC: the least that Node can do by itself. */
  'zlib stream, level 1': (csv: string, target: string) =>
    pipeline(reading(csv), createDeflateRaw({ level: 1 }), createWriteStream(target)),
  /** The quickest in C: the whole CSV in memory at once, and neither a zip nor a count nor a hash. */
  'libdeflate, level 1': (csv: string, target: string) => runProgram('libdeflate-gzip', ['-1', '-c', csv], target),
} satisfies Record<string, (csv: string, target: string) => Promise<void | ProgramUsage>>

export type Contender = keyof typeof CONTENDERS
export const contenders = Object.keys(CONTENDERS) as Contender[]

export interface Lap {
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakRssMb: number
}

function reading(csv: string) {
  return createReadStream(csv, { highWaterMark: 256 * 1024 })
}

async function packageOnce(csv: string, target: string): Promise<void> {
  const signal = new AbortController().signal
  const deflater = createDeflater()
  try {
    await using writer = await createPackage({ path: target, deflater, modifiedAt: new Date('2025-08-26T03:00:00Z') })
    await writer.addFile('market_insight_asin_161_20250826.csv', reading(csv), signal)
    await verifyStaged(await writer.seal(), signal)
  } finally {
    await deflater.close()
  }
}

async function yazlOnce(csv: string, target: string, compressionLevel: number): Promise<void> {
  const zip = new ZipFile()
  zip.addReadStream(reading(csv), 'market_insight_asin_161_20250826.csv', { compressionLevel })
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(target))
}

interface ProgramUsage {
  readonly cpuMs: number
  readonly peakRssMb: number
}

/** Runs it with its output into the file. */
async function runProgram(program: string, args: readonly string[], target: string): Promise<ProgramUsage> {
  const output = await open(target, 'w')
  try {
    const child = spawn(program, args, { stdio: ['ignore', output.fd, 'inherit'] })
    let peakRssMb = 0
    // The kernel forgets it with the process
    const watch = setInterval(() => (peakRssMb = peakRssMbOf(child.pid) ?? peakRssMb), 10)
    const [code] = (await once(child, 'exit')) as [number]
    clearInterval(watch)
    if (code !== 0) throw new Error(`${program} ended with ${code}`)
    return { cpuMs: cpuMsOfChildren(), peakRssMb }
  } finally {
    await output.close()
  }
}

function peakRssMbOf(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
  } catch {
    return undefined
  }
}

/** Of children that have ended: in Linux's ticks of 10 ms. */
function cpuMsOfChildren(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10
}

// A process for each lap, because the peak of memory is one of the whole process
if (import.meta.main) {
  const [name, csv, target] = process.argv.slice(2) as [Contender, string, string]
  const start = performance.now()
  const ofProgram = await CONTENDERS[name](csv, target)
  const wallMs = performance.now() - start
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const ours = { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakRssMb: maxRSS / 1024 }
  const lap: Lap = { wallMs, ...(ofProgram ?? ours) }
  process.stdout.write(JSON.stringify(lap))
}
