import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requirePart } from '../../test/parts/endpoints.ts'
import { definitionsOf } from '../delivery/ads-definitions.ts'
import { deliver } from '../delivery/bench-delivery.ts'
import { startS3Sink } from '../delivery/s3-sink.ts'
import { formatFigures, median, type Figure } from '../figure.ts'
import { cpuBetween, startHubProcess, type CpuSeconds } from '../hub-process.ts'
import { duckdbBench } from './duckdb-files.ts'
import { makeAdsTableInMariaDb } from './mariadb-table.ts'

export interface SourcesBenchOptions {
  /** Of each size in turn. */
  readonly rows?: readonly number[]
  readonly repetitions?: number
}

/** What is measured beside ours: a shell command by the name under which it is shown, and the goal of the ratio to it. */
interface Contender {
  readonly name: string
  readonly command: string
  readonly goal: string
}

const KINDS = ['main', 'deflate', 'other', 'all'] as const
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'BENCH', AWS_SECRET_ACCESS_KEY: 'bench', AWS_DEFAULT_REGION: 'us-east-1' }

/** MariaDB and DuckDB → package → S3, everything included, beside what their own tools take for their part of it. */
export async function benchSources({ rows = [1e6, 5e6], repetitions = 3 }: SourcesBenchOptions = {}): Promise<
  Figure[]
> {
  const folder = await mkdtemp(join(tmpdir(), 'datahub-bench-sources-'))
  try {
    const figures: Figure[] = []
    for (const count of rows) {
      figures.push(...(await benchMariaDb(folder, count, repetitions)))
      figures.push(...(await benchDuckdb(folder, count, repetitions)))
    }
    return figures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function benchMariaDb(folder: string, rows: number, repetitions: number): Promise<Figure[]> {
  await using table = await makeAdsTableInMariaDb(requirePart('mariadb').url, rows)
  const { host, port, user, database } = table
  const query = `mariadb --no-defaults -h ${host} -P ${port} -u ${user} --quick -BNr ${database} -e 'select * from market_insight_asin'`
  const source = {
    kind: 'mysql',
    connection: { host, port, database, user },
    reports: [{ table: 'market_insight_asin', from: 'market_insight_asin' }],
  }
  const file = join(folder, 'market_insight_asin.gz')
  return await sideBySide('MariaDB', source, rows, repetitions, (endpoint) => [
    { name: 'mariadb --quick to /dev/null', command: `${query} > /dev/null`, goal: '≤ 2.0' },
    {
      name: 'mariadb | pigz -6; aws s3 cp',
      command: `${query} | pigz -6 > ${file} && aws --endpoint-url ${endpoint} s3 cp --quiet ${file} s3://bench-bucket/script.gz`,
      goal: '≤ 0.5',
    },
  ])
}

async function benchDuckdb(folder: string, rows: number, repetitions: number): Promise<Figure[]> {
  const { copyTo } = await duckdbBench(folder, rows)
  const source = {
    kind: 'duckdb',
    connection: { folder },
    reports: [{ table: 'market_insight_asin', files: 'ads.parquet' }],
  }
  return await sideBySide('DuckDB', source, rows, repetitions, () => [
    { name: 'DuckDB COPY to /dev/null, one thread', command: copyTo('/dev/null'), goal: '≤ 1.5' },
    { name: 'DuckDB COPY to csv.gz, one thread', command: copyTo(join(folder, 'ads.csv.gz')), goal: '≤ 0.2' },
  ])
}

async function sideBySide(
  engine: string,
  source: object,
  rows: number,
  repetitions: number,
  contendersFor: (endpoint: string) => readonly Contender[],
): Promise<Figure[]> {
  const sink = await startS3Sink()
  const contenders = contendersFor(sink.endpoint)
  const hub = await startHubProcess({ DATAHUB_FOLDERS_ALLOW: tmpdir() })
  const ours: number[] = []
  const cpu: CpuSeconds[] = []
  const theirs = contenders.map((): number[] => [])
  try {
    await hub.apply(definitionsOf(source, sink.endpoint, 1))
    // The store is tried out, and the code is warm: a hub runs for weeks
    await deliver(hub)
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const before = await hub.cpuSeconds()
      ours.push(await deliver(hub))
      cpu.push(cpuBetween(before, await hub.cpuSeconds()))
      for (const [index, { command }] of contenders.entries()) theirs[index]?.push(await timeShell(command))
    }
    const value = median(ours)
    const peakRssMb = await hub.peakRssMb()
    const name = `${rows / 1e6} M rows: ${engine} to package to S3`
    return [
      ...contenders.map(({ name: baseline, goal }, index): Figure => {
        const seconds = median(theirs[index] ?? [])
        const ratio = value / seconds
        return { name, value, unit: 's', baseline: `${baseline} (${seconds.toFixed(2)} s)`, ratio, goal, peakRssMb }
      }),
      ...KINDS.map((kind): Figure => {
        const spent = median(cpu.map((seconds) => seconds[kind]))
        return { name: `${rows / 1e6} M rows: CPU of the hub, from ${engine}: ${kind}`, value: spent, unit: 's' }
      }),
    ]
  } finally {
    await hub.stop()
    await sink.close()
  }
}

async function timeShell(command: string): Promise<number> {
  const startedAt = performance.now()
  const child = spawn('bash', ['-o', 'pipefail', '-c', command], {
    env: { ...process.env, ...CREDENTIALS },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number]
  if (code !== 0) throw new Error(`"${command}" ended with ${code}`)
  return (performance.now() - startedAt) / 1000
}

if (import.meta.main) {
  const rows = Number(process.argv[2] ?? 1_000_000)
  process.stdout.write(formatFigures(await benchSources({ rows: [rows], repetitions: 1 })))
}
