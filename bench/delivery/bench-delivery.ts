import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { asDestination, createBucket } from '../../test/parts/bucket.ts'
import { createDatabase } from '../../test/parts/database.ts'
import { formatFigures, median, type Figure } from '../figure.ts'
import { cpuBetween, startHubProcess, type CpuSeconds, type HubProcess } from '../hub-process.ts'
import { adsDefinitions, withCeph } from './ads-definitions.ts'
import { makeAdsTable } from './ads-table.ts'
import { startS3Sink } from './s3-sink.ts'

const NAIVE = resolve(import.meta.dirname, 'naive-exporter.ts')
const QUERY = 'select * from market_insight_asin'
const COPY = `psql "$URL" -qc "copy (${QUERY}) to stdout (format csv, header)"`

export interface DeliveryBenchOptions {
  readonly rows?: number
  readonly repetitions?: number
  /** How large it may be for the naive exporter to take part, which takes some twenty times as long. */
  readonly naiveUpToRows?: number
}

/**
 * PostgreSQL → package → S3, everything included: snapshot, staging, hashes, upload, verification, manifest, log. Beside
 * it, in turns, what the database alone needs (`psql COPY` to /dev/null), what a careful person scripts (`psql | zip` to a
 * file, then `aws s3 cp`), and what is written in an afternoon; and ours to a real store, Ceph, on the same cores.
 */
export async function benchDelivery({
  rows = 1_000_000,
  repetitions = 3,
  naiveUpToRows = 5_000_000,
}: DeliveryBenchOptions = {}): Promise<Figure[]> {
  await using database = await createDatabase()
  await makeAdsTable(database.url, rows)
  await using bucket = await createBucket()
  const sink = await startS3Sink()
  const folder = await mkdtemp(join(tmpdir(), 'datahub-script-'))
  const hub = await startHubProcess()
  const script = `cd ${folder} && ${COPY} | zip -q market_insight_asin.zip - && aws --endpoint-url ${sink.endpoint} s3 cp --quiet market_insight_asin.zip s3://bench-bucket/script.zip`
  const laps: Laps = { yardstick: [], ours: [], ceph: [], script: [], naive: [] }
  const cpu: CpuSeconds[] = []
  try {
    await hub.apply(withCeph(adsDefinitions(database.url, sink.endpoint, 1), asDestination(bucket, 'ceph')))
    // Both stores are tried out, and the code is warm: a hub runs for weeks
    await deliver(hub)
    await deliver(hub, 'bench ceph')
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      laps.yardstick.push(await time('bash', ['-c', `${COPY} > /dev/null`], database.url))
      const before = await hub.cpuSeconds()
      laps.ours.push(await deliver(hub))
      cpu.push(cpuBetween(before, await hub.cpuSeconds()))
      laps.ceph.push(await deliver(hub, 'bench ceph'))
      laps.script.push(await time('bash', ['-c', script], database.url))
      if (rows > naiveUpToRows) continue
      laps.naive.push(await time(process.execPath, [NAIVE, database.url, QUERY, sink.endpoint], database.url))
    }
    return figures(rows, laps, cpu, await hub.peakRssMb())
  } finally {
    await hub.stop()
    await sink.close()
    await rm(folder, { recursive: true })
  }
}

/** Seconds of each. */
type Laps = Readonly<Record<'yardstick' | 'ours' | 'ceph' | 'script' | 'naive', number[]>>

function figures(rows: number, laps: Laps, cpu: readonly CpuSeconds[], peakRssMb: number): Figure[] {
  const size = `${rows / 1e6} M rows`
  const ours = median(laps.ours)
  const beside = (baseline: string, seconds: number[], goal: string): Figure[] =>
    seconds.length === 0
      ? []
      : [
          {
            name: `${size}: PostgreSQL to package to S3`,
            value: ours,
            unit: 's',
            baseline: `${baseline} (${median(seconds).toFixed(2)} s)`,
            ratio: ours / median(seconds),
            goal,
            peakRssMb,
          },
        ]
  const spent = (kind: keyof CpuSeconds, name: string): Figure => ({
    name: `${size}: CPU of the hub, ${name}`,
    value: median(cpu.map((seconds) => seconds[kind])),
    unit: 's',
  })
  return [
    ...beside('psql COPY to /dev/null', laps.yardstick, '≤ 1.15'),
    ...beside('psql | zip; aws s3 cp', laps.script, '≤ 0.30'),
    ...beside('naive exporter', laps.naive, '≤ 0.06'),
    {
      name: `${size}: PostgreSQL to package to Ceph, which runs on the same cores`,
      value: median(laps.ceph),
      unit: 's',
      baseline: `a discarding sink (${ours.toFixed(2)} s)`,
      ratio: median(laps.ceph) / ours,
      peakRssMb,
    },
    { name: `${size}: most memory of the hub`, value: peakRssMb, unit: 'MB', goal: '≤ 256', peakRssMb },
    spent('main', 'main thread'),
    spent('deflate', 'deflate threads'),
    spent('all', 'all'),
  ]
}

/** Seconds from the trigger to the end of the execution. */
export async function deliver(hub: HubProcess, task = 'bench 1'): Promise<number> {
  const execution: unknown = JSON.parse(await hub.datahub('task', 'run', task, '--wait', '--json'))
  const { triggeredAt, endedAt } = execution as { triggeredAt: string; endedAt: string }
  return (Date.parse(endedAt) - Date.parse(triggeredAt)) / 1000
}

async function time(program: string, args: string[], databaseUrl: string): Promise<number> {
  const credentials = { AWS_ACCESS_KEY_ID: 'BENCH', AWS_SECRET_ACCESS_KEY: 'bench', AWS_DEFAULT_REGION: 'us-east-1' }
  const startedAt = performance.now()
  const child = spawn(program, args, {
    env: { ...process.env, ...credentials, URL: databaseUrl },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number]
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`)
  return (performance.now() - startedAt) / 1000
}

if (import.meta.main) {
  const rows = Number(process.argv[2] ?? 1_000_000)
  process.stdout.write(formatFigures(await benchDelivery({ rows })))
}
