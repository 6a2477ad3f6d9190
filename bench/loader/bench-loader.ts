import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { TEST_TARGETS } from '../../packages/loader/src/testing/test-target.ts'
import { python } from '../../test/parts/install.ts'
import { median, type Figure } from '../figure.ts'
import { writeSampleCsv } from '../package/sample-csv.ts'
import { fillBucket } from './bucket-folder.ts'
import type { Lap } from './lap.ts'

export interface LoaderBenchOptions {
  /** Of the CSV that goes into PostgreSQL; 275 MB are a million rows. */
  readonly sizeBytes?: number
  readonly repetitions?: number
}

const run = promisify(execFile)
const PANDAS = `import sys, pandas, sqlalchemy
frame = pandas.read_csv(sys.argv[1])
frame.to_sql("market_insight_asin", con=sqlalchemy.create_engine(sys.argv[2]), if_exists="append", index=False)`

/**
 * Bucket → database, everything included: discovery, SHA-256 and counts against the manifest, rows and ledger in one
 * transaction. Beside it, in turns, what the database does with the plain file, and the seed's way.
 */
export async function benchLoader({ sizeBytes = 275_000_000, repetitions = 3 }: LoaderBenchOptions = {}): Promise<
  Figure[]
> {
  // What is measured is what is published: reading TypeScript takes time and memory of its own.
  await run(process.execPath, [resolve(import.meta.dirname, '../../scripts/build-loader.ts')])
  const folder = mkdtempSync(join(tmpdir(), 'datahub-bench-loader-'))
  chmodSync(folder, 0o755) // The server reads the plain file as somebody else.
  try {
    return [
      ...(await benchPostgres(folder, sizeBytes, repetitions)),
      ...(await benchPandas(folder, sizeBytes / 10, repetitions)),
      ...(await benchMariaDb(folder, sizeBytes / 3, repetitions)),
      ...(await benchFiles(folder, sizeBytes / 3)),
      ...(await benchSmall(folder, repetitions)),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A CSV of this size and a bucket with one package of it. */
async function prepare(folder: string, name: string, sizeBytes: number): Promise<{ csv: string; bucket: string }> {
  const [csv, bucket] = [join(folder, `${name}.csv`), join(folder, name)]
  await writeSampleCsv(csv, sizeBytes)
  await fillBucket(bucket, [csv])
  return { csv, bucket }
}

const COLUMNS =
  'date date, marketplace text, asin text, brand text, category text, title text, price numeric(12,2), rating numeric(3,1), reviews integer, impressions bigint, clicks bigint, orders integer, spend numeric(14,4), sales numeric(14,4), updated_at timestamp'
const INDEX = 'create index market_insight_date on market_insight_asin (date)'

/** Both into a table that is there and empty, in a database of their own, and each of them first as often as the other. */
async function benchPostgres(folder: string, sizeBytes: number, repetitions: number): Promise<Figure[]> {
  const { csv, bucket } = await prepare(folder, 'postgres', sizeBytes)
  const laps: Lap[] = []
  const theirs: number[] = []
  const withTable = async (work: (url: string) => Promise<void>) => {
    await using database = await TEST_TARGETS.postgres()
    await psql(database.url, `create table market_insight_asin (${COLUMNS})`)
    await psql(database.url, INDEX)
    // What was written before is not for the next one to wait for.
    await psql(database.url, 'checkpoint')
    await work(database.url)
  }
  const turns = [
    async (url: string) => void laps.push(await load(bucket, url)),
    async (url: string) =>
      void theirs.push(await time(() => psql(url, `copy market_insight_asin from '${csv}' with (format csv, header)`))),
  ]
  for (let repetition = 0; repetition < repetitions; repetition += 1)
    for (const turn of repetition % 2 === 0 ? turns : turns.toReversed()) await withTable(turn)
  const size = sizeOf(laps)
  return [
    { name: `${size}: server-side COPY of the plain file`, value: median(theirs), unit: 's' },
    compared(`${size}: bucket to PostgreSQL, exactly once`, laps, 'COPY', median(theirs), '≤ 1.25'),
  ]
}

async function benchPandas(folder: string, sizeBytes: number, repetitions: number): Promise<Figure[]> {
  const { csv, bucket } = await prepare(folder, 'pandas', sizeBytes)
  const laps: Lap[] = []
  const theirs: number[] = []
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    await using database = await TEST_TARGETS.postgres()
    laps.push(await load(bucket, database.url))
    await using other = await TEST_TARGETS.postgres()
    theirs.push(await time(() => run(python, ['-c', PANDAS, csv, other.url])))
  }
  const size = sizeOf(laps)
  return [
    { name: `${size}: pandas read_csv and to_sql`, value: median(theirs), unit: 's' },
    compared(`${size}: bucket to PostgreSQL`, laps, 'pandas', median(theirs), '≤ 0.10'),
  ]
}

async function benchMariaDb(folder: string, sizeBytes: number, repetitions: number): Promise<Figure[]> {
  const { csv, bucket } = await prepare(folder, 'mariadb', sizeBytes)
  const laps: Lap[] = []
  const theirs: number[] = []
  const names =
    'date,marketplace,asin,brand,category,title,price,rating,reviews,impressions,clicks,orders,spend,@sales,updated_at'
  const statement = `load data local infile '${csv}' into table market_insight_asin character set utf8mb4 fields terminated by ',' optionally enclosed by '"' escaped by '' lines terminated by '\\n' ignore 1 lines (${names}) set sales = nullif(@sales, '')`
  const table = `create table market_insight_asin (${COLUMNS.replaceAll(' text', ' longtext').replaceAll(' numeric', ' decimal').replace(' timestamp', ' datetime(6)')}) engine=InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin`
  const withTable = async (work: (url: string) => Promise<void>) => {
    await using database = await TEST_TARGETS.mysql()
    await mariadb(database.url, table)
    await mariadb(database.url, INDEX)
    await work(database.url)
  }
  const turns = [
    async (url: string) => void laps.push(await load(bucket, url)),
    async (url: string) => void theirs.push(await time(() => mariadb(url, statement))),
  ]
  for (let repetition = 0; repetition < repetitions; repetition += 1)
    for (const turn of repetition % 2 === 0 ? turns : turns.toReversed()) await withTable(turn)
  const size = sizeOf(laps)
  return [
    { name: `${size}: MariaDB's own client, LOAD DATA`, value: median(theirs), unit: 's' },
    compared(`${size}: bucket to MariaDB, exactly once`, laps, 'own client', median(theirs), '≤ 1.15'),
  ]
}

/** Those whose engine is in our own process: memory is what there is to see. */
async function benchFiles(folder: string, sizeBytes: number): Promise<Figure[]> {
  const { bucket } = await prepare(folder, 'files', sizeBytes)
  const figures: Figure[] = []
  for (const kind of ['sqlite', 'duckdb'] as const) {
    await using database = await TEST_TARGETS[kind]()
    const lap = await load(bucket, database.url)
    const name = `${sizeOf([lap])}: bucket to ${kind === 'sqlite' ? 'SQLite' : 'DuckDB'}, memory ≤ 200 MB`
    figures.push({ name, value: lap.seconds, unit: 's', peakRssMb: lap.peakRssMb })
  }
  return figures
}

const SMALL_PACKAGES = 400
const SMALL_ROWS = 20

async function benchSmall(folder: string, repetitions: number): Promise<Figure[]> {
  const csv = join(folder, 'small.csv')
  await writeSampleCsv(csv, 1)
  const lines = (await readFile(csv, 'utf8')).split('\n')
  await writeFile(csv, `${lines.slice(0, 1 + SMALL_ROWS).join('\n')}\n`)
  const bucket = join(folder, 'small')
  await fillBucket(
    bucket,
    Array.from({ length: SMALL_PACKAGES }, () => csv),
  )
  const perSecond: number[] = []
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    await using database = await TEST_TARGETS.postgres()
    const lap = await load(bucket, database.url)
    perSecond.push(lap.packages / lap.seconds)
  }
  return [{ name: 'small packages, discovery to ledger', value: median(perSecond), unit: '/s', goal: '≥ 200' }]
}

function compared(name: string, laps: readonly Lap[], baseline: string, base: number, goal: string): Figure {
  const value = median(laps.map(({ seconds }) => seconds))
  const peakRssMb = Math.max(...laps.map((lap) => lap.peakRssMb))
  return { name, value, unit: 's', baseline, ratio: value / base, goal, peakRssMb }
}

function sizeOf(laps: readonly Lap[]): string {
  const rows = median(laps.map((lap) => lap.rows))
  return rows < 1e6 ? `${Math.round(rows / 1e3)} k rows` : `${(rows / 1e6).toFixed(2)} M rows`
}

async function load(bucket: string, into: string): Promise<Lap> {
  const { stdout } = await run(process.execPath, [resolve(import.meta.dirname, 'lap.ts'), bucket, into])
  return JSON.parse(stdout) as Lap
}

function psql(url: string, statement: string): Promise<unknown> {
  return run('psql', [url, '--quiet', '--no-psqlrc', '--set', 'ON_ERROR_STOP=1', '--command', statement])
}

function mariadb(url: string, statement: string): Promise<unknown> {
  const { hostname, port, username, pathname } = new URL(url)
  return run('mariadb', [
    '--no-defaults',
    `--host=${hostname}`,
    `--port=${port}`,
    `--user=${username}`,
    '--local-infile=1',
    '--execute',
    statement,
    pathname.slice(1),
  ])
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}
