import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Column } from '@datahub/core/bucket/column'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TestSender } from '../testing/sender.ts'
import { newestTables } from './newest-tables.ts'
import { recipe, RECIPES, type RecipeKind } from './recipe.ts'

const run = promisify(execFile)
const COLUMNS: readonly Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'order', type: 'text', nullable: true },
  { name: 'spend', type: 'decimal', precision: 14, scale: 4, nullable: true },
  { name: 'seen_at', type: 'timestamptz', nullable: true },
]
const ROW = ['2025-01-01', 'a "b", c', '1.2500', '2025-01-01 10:00:00+00']

let sender: TestSender
let home = ''

beforeEach(async () => {
  sender = new TestSender()
  home = await mkdtemp(join(tmpdir(), 'datahub-loader-recipes-'))
  for (const executionId of [1, 2]) {
    const rows = [
      [...ROW.slice(0, 1), executionId === 1 ? '' : (ROW[1] ?? ''), ...ROW.slice(2)],
      ['2025-01-01', null, null, null],
    ]
    await sender.deliver({
      executionId,
      reports: [
        { table: 'daily', columns: COLUMNS, rows, dateColumn: 'date' },
        { table: 'events', columns: COLUMNS, rows: [ROW] },
        { table: 'things', columns: COLUMNS, rows: [ROW], primaryKey: ['order'] },
      ],
    })
  }
})
afterEach(async () => {
  await sender[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

async function textOf(kind: RecipeKind): Promise<string> {
  const tables = await newestTables({ bucket: sender.folder, taskId: 161, into: 'none:' })
  return recipe(kind, { bucket: 'company', prefix: '', region: 'eu-west-1', taskId: 161, tables })
}

/** Programs that the recipe calls, on the path before any real ones; what they were told is in `said`. */
async function withPrograms(programs: Record<string, string>): Promise<Record<string, string>> {
  await mkdir(join(home, 'bin'))
  for (const [name, body] of Object.entries(programs)) {
    await writeFile(join(home, 'bin', name), `#!/bin/bash\n${body}\n`)
    await chmod(join(home, 'bin', name), 0o755)
  }
  return {
    PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
    FOLDER: sender.directory,
    SAID: join(home, 'said'),
    REDSHIFT_URL: 'postgres://warehouse',
  }
}

/** The store, as `aws s3 ls` and `aws s3 cp` show it. */
const AWS = `case "$2 $3" in
  "ls "*) for f in "$FOLDER"/*; do echo "2025-01-01 00:00:00 1 $(basename "$f")"; done ;;
  "cp -") echo "== $4" >> "$SAID"; gunzip >> "$SAID" ;;
  "cp "*) cp "$FOLDER/$(basename "$3")" "$4" ;;
esac`

async function execute(script: string, env: Record<string, string>): Promise<string> {
  await writeFile(join(home, 'load.sh'), script)
  await run('bash', ['load.sh'], { cwd: home, env: { ...process.env, ...env } })
  return readFile(join(home, 'said'), 'utf8')
}

async function parsesAsPython(code: string): Promise<void> {
  const python = spawn('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  python.stdin.end(code)
  let said = ''
  python.stderr.on('data', (text: Buffer) => (said += text.toString()))
  const [code_] = (await once(python, 'close')) as [number]
  expect([code_, said]).toEqual([0, ''])
}

test.each(RECIPES)('the recipe for %s says that zip is unpacked, and has the names of the task', async (kind) => {
  const text = await textOf(kind)
  expect(text).toMatch(/does not read zip/)
  expect(text).toMatch(/daily/i)
  expect(text).toMatch(/events/i)
  expect(text).not.toMatch(/undefined|\[object|%TASK%/)
})

test('a recipe has the tables of the newest manifest that is right, and the address of the store', async () => {
  await sender.deliver({ executionId: 3, reports: [], tamper: (manifest) => ({ ...manifest, taskId: 7 }) })
  await sender.log({ executionId: 4, fileName: '../../../etc/passwd' })
  const tables = await newestTables({ bucket: sender.folder, taskId: 161, into: 'none:' })
  expect(tables.map(({ name, primaryKey }) => [name, primaryKey])).toEqual([
    ['daily', undefined],
    ['events', undefined],
    ['things', ['order']],
  ])
  const facts = {
    bucket: 'company',
    prefix: 'acme/',
    region: 'eu-west-1',
    endpoint: 'https://minio:9000',
    taskId: 161,
    tables,
  }
  for (const kind of ['redshift', 'bigquery', 'duckdb'] as const)
    expect(recipe(kind, facts)).toContain('--region eu-west-1 --endpoint-url https://minio:9000')
})

test('the recipe for DuckDB runs, and tells NULL from the empty text', async () => {
  await mkdir(join(home, 'packages'))
  for (const id of [1, 2]) {
    const name = sender.nameOf(id)
    await run('unzip', ['-q', join(sender.directory, name), '-d', join(home, 'packages', name.slice(0, -4))])
  }
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run((await textOf('duckdb')).replaceAll("'packages/", `'${home}/packages/`))
  const ask = async (text: string) => (await connection.runAndReadAll(text)).getRowsJson()
  expect(await ask(`select count(*)::int, count("order")::int, sum(spend)::varchar from daily`)).toEqual([
    [4, 2, '2.5000'],
  ])
  expect(await ask(`select "order" from daily where "order" is not null order by 1`)).toEqual([[''], ['a "b", c']])
  expect(await ask(`select typeof(date), typeof(spend) from events limit 1`)).toEqual([['DATE', 'DECIMAL(14,4)']])
  connection.closeSync()
  instance.closeSync()
})

test('the recipe for Redshift runs: every new package is unpacked as gzip, rows and list in one transaction', async () => {
  const psql = `case "$*" in *tuples-only*) case "$*" in *000000001.zip*) echo 1 ;; *) echo 0 ;; esac ;; *) echo "-- psql" >> "$SAID"; cat >> "$SAID" ;; esac`
  const said = await execute(await textOf('redshift'), await withPrograms({ aws: AWS, psql }))
  const name = sender.nameOf(2)
  expect(said).toContain(
    'create table if not exists "daily" ("date" date, "order" varchar(65535), "spend" decimal(14,4), "seen_at" timestamptz);',
  )
  expect(said).not.toContain(sender.nameOf(1))
  expect(said).toContain(
    `== s3://YOUR_STAGING/161/${name}/daily.csv.gz\ndate,order,spend,seen_at\n2025-01-01,"a ""b"", c",1.2500,`,
  )
  const transaction = said.slice(said.indexOf('begin;'), said.indexOf('commit;'))
  expect(transaction).toContain(`copy "stage_daily" from 's3://YOUR_STAGING/161/${name}/daily.csv.gz'`)
  expect(transaction).toContain('delete from "daily" where "date" in (select "date" from "stage_daily");')
  expect(transaction).toContain(
    'delete from "things" using "stage_things" where "things"."order" = "stage_things"."order";',
  )
  expect(transaction).not.toContain('delete from "events"')
  expect(transaction).toContain(`insert into datahub_161_done values ('${name}');`)
})

test('the recipe for BigQuery runs: CSVs go into staging tables, rows and list in one transaction', async () => {
  const bq = `case "$*" in *COUNT*) echo f0_; echo 0 ;; *load*) echo "-- $*" >> "$SAID"; cat "\${@: -1}" >> "$SAID" ;; *TRUNCATE*) echo "\${@: -1}" >> "$SAID" ;; *) echo "-- bq" >> "$SAID"; cat >> "$SAID" ;; esac`
  const said = await execute(await textOf('bigquery'), await withPrograms({ aws: AWS, bq }))
  expect(said).toContain(
    'CREATE TABLE IF NOT EXISTS YOUR_DATASET.`daily` (`date` DATE, `order` STRING, `spend` NUMERIC(14,4), `seen_at` TIMESTAMP);',
  )
  expect(said).toContain('TRUNCATE TABLE YOUR_DATASET.`daily_stage_161`')
  expect(said).toMatch(
    /-- load .* YOUR_DATASET\.daily_stage_161 daily\.csv\ndate,order,spend,seen_at\n2025-01-01,"",1\.2500/,
  )
  const transactions = said.split('BEGIN TRANSACTION;').slice(1)
  expect(transactions).toHaveLength(2)
  expect(transactions[0]).toContain(
    'delete from YOUR_DATASET.`daily` where `date` in (select `date` from YOUR_DATASET.`daily_stage_161`);',
  )
  expect(transactions[0]).toContain(
    'delete from YOUR_DATASET.`things` t where exists (select 1 from YOUR_DATASET.`things_stage_161` s where s.`order` = t.`order`);',
  )
  expect(transactions[0]).toContain(`INSERT INTO YOUR_DATASET.datahub_161_done VALUES ('${sender.nameOf(1)}');\nCOMMIT`)
})

const CLIENTS = {
  redshift: { psql: `case "$*" in *tuples-only*) echo 0 ;; *) cat >> "$SAID" ;; esac` },
  bigquery: {
    bq: `case "$*" in *COUNT*) echo f0_; echo 0 ;; *load*|*TRUNCATE*) echo "$*" >> "$SAID" ;; *) cat >> "$SAID" ;; esac`,
  },
}

test.each(['redshift', 'bigquery'] as const)(
  'the recipe for %s loads a package that lacks a table, and stops at one with columns that it does not know',
  async (kind) => {
    const text = await textOf(kind)
    const [date, ...others] = COLUMNS as [Column, ...Column[]]
    const events = { table: 'events', columns: COLUMNS, rows: [ROW] }
    await sender.deliver({ executionId: 3, reports: [events] })
    await sender.deliver({ executionId: 4, reports: [{ ...events, columns: [...others, date] }] })
    const run = execute(text, await withPrograms({ aws: AWS, ...CLIENTS[kind] }))
    await expect(run).rejects.toThrow(`${sender.nameOf(4)} has tables or columns that this recipe does not know`)
    const said = await readFile(join(home, 'said'), 'utf8')
    expect(said.match(/(?<=done values \(')[^']+/gi)).toEqual([1, 2, 3].map((id) => sender.nameOf(id)))
  },
)

test('the recipe for Snowflake has the address of any store', async () => {
  const facts = { bucket: 'company', prefix: '', taskId: 161, tables: [] }
  expect(recipe('snowflake', { ...facts, region: 'cn-north-1' })).toContain("url = 's3china://company/reports/161/'")
  expect(recipe('snowflake', { ...facts, region: 'us-east-1', endpoint: 'https://store.example.com/' })).toContain(
    "url = 's3compat://company/reports/161/' endpoint = 'store.example.com'",
  )
})

test('the Python of the recipes for Snowflake and Databricks parses', async () => {
  const [, procedure = ''] = (await textOf('snowflake')).split('$$')
  expect(procedure).toContain(
    String.raw`{"daily": ("date,order,spend,seen_at\n", "\"DATE\"", []), "events": ("date,order,spend,seen_at\n", None, []), "things": ("date,order,spend,seen_at\n", None, ["\"ORDER\""])}`,
  )
  await parsesAsPython(procedure)
  const notebook = await textOf('databricks')
  expect(notebook).toContain(
    '"daily": ("date,order,spend,seen_at\\n", "`date` DATE, `order` STRING, `spend` DECIMAL(14,4), `seen_at` TIMESTAMP", "date", [])',
  )
  await parsesAsPython(notebook)
})
