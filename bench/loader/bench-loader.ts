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
  const folder = mkdtempSync(join(tmpdir(), 'datahub-bench-loader-'))
  chmodSync(folder, 0o755) // The server reads the plain file as somebody else.
  try {
    return [
      ...(await benchPostgres(folder, sizeBytes, repetitions)),
      ...(await benchPandas(folder, sizeBytes / 10, repetitions)),
      ...(await benchMariaDb(folder, sizeBytes / 3, repetitions)),
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

async function benchPostgres(folder: string, sizeBytes: number, repetitions: number): Promise<Figure[]> {
  const { csv, bucket } = await prepare(folder, 'postgres', sizeBytes)
  const [ours, theirs, peaks, rows]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    await using database = await TEST_TARGETS.postgres()
    const lap = await load(bucket, database.url)
    ours.push(lap.seconds)
    peaks.push(lap.peakRssMb)
    rows.push(lap.rows)
    await psql(database.url, 'truncate market_insight_asin')
    // What we have written is not for the other to wait for.
    await psql(database.url, 'checkpoint')
    theirs.push(
      await time(() => psql(database.url, `copy market_insight_asin from '${csv}' with (format csv, header)`)),
    )
  }
  const size = `${(median(rows) / 1e6).toFixed(2)} M rows`
  return [
    { name: `${size}: server-side COPY of the plain file`, value: median(theirs), unit: 's' },
    compared(
      `${size}: bucket to PostgreSQL, exactly once`,
      median(ours),
      'COPY',
      median(theirs),
      '≤ 1.25',
      Math.max(...peaks),
    ),
  ]
}

async function benchPandas(folder: string, sizeBytes: number, repetitions: number): Promise<Figure[]> {
  const { csv, bucket } = await prepare(folder, 'pandas', sizeBytes)
  const [ours, theirs, rows]: [number[], number[], number[]] = [[], [], []]
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    await using database = await TEST_TARGETS.postgres()
    const lap = await load(bucket, database.url)
    ours.push(lap.seconds)
    rows.push(lap.rows)
    await using other = await TEST_TARGETS.postgres()
    theirs.push(await time(() => run(python, ['-c', PANDAS, csv, other.url])))
  }
  const size = `${Math.round(median(rows) / 1e3)} k rows`
  return [
    { name: `${size}: pandas read_csv and to_sql`, value: median(theirs), unit: 's' },
    compared(`${size}: bucket to PostgreSQL`, median(ours), 'pandas', median(theirs), '≤ 0.10'),
  ]
}

async function benchMariaDb(folder: string, sizeBytes: number, repetitions: number): Promise<Figure[]> {
  const { csv, bucket } = await prepare(folder, 'mariadb', sizeBytes)
  const [ours, theirs, peaks, rows]: [number[], number[], number[], number[]] = [[], [], [], []]
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    await using database = await TEST_TARGETS.mysql()
    const lap = await load(bucket, database.url)
    ours.push(lap.seconds)
    peaks.push(lap.peakRssMb)
    rows.push(lap.rows)
    await mariadb(database.url, 'truncate market_insight_asin')
    const names =
      'date,marketplace,asin,brand,category,title,price,rating,reviews,impressions,clicks,orders,spend,@sales,updated_at'
    const statement = `load data local infile '${csv}' into table market_insight_asin character set utf8mb4 fields terminated by ',' optionally enclosed by '"' escaped by '' lines terminated by '\\n' ignore 1 lines (${names}) set sales = nullif(@sales, '')`
    theirs.push(await time(() => mariadb(database.url, statement)))
  }
  const size = `${(median(rows) / 1e6).toFixed(2)} M rows`
  return [
    { name: `${size}: MariaDB's own client, LOAD DATA`, value: median(theirs), unit: 's' },
    compared(
      `${size}: bucket to MariaDB, exactly once`,
      median(ours),
      'own client',
      median(theirs),
      '≤ 1.15',
      Math.max(...peaks),
    ),
  ]
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

function compared(
  name: string,
  value: number,
  baseline: string,
  base: number,
  goal: string,
  peakRssMb?: number,
): Figure {
  return {
    name,
    value,
    unit: 's',
    baseline,
    ratio: value / base,
    goal,
    ...(peakRssMb === undefined ? {} : { peakRssMb }),
  }
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
