import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Column } from '@datahub/core/bucket/column'
import { init, parse, type DialectName } from '@guanmingchiu/sqlparser-ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestSender } from '../testing/sender.ts'
import { recipe, type RecipeKind } from './recipe.ts'

/**
 * Every statement that a recipe sends to a warehouse, of all types and odd names, is one for the parser of that warehouse's
 * SQL (datafusion-sqlparser). The recipes run for it, with programs and objects around them that write down what they
 * are told: so it is the text that would arrive, not the one that we print.
 */

const run = promisify(execFile)

const COLUMNS: readonly Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'order', type: 'text', nullable: true },
  { name: `a "b" 'c' $d é`, type: 'text', nullable: true },
  { name: 'spend', type: 'decimal', precision: 14, scale: 4, nullable: true },
  { name: 'any', type: 'decimal', nullable: true },
  { name: 'wide', type: 'decimal', precision: 60, scale: 30, nullable: true },
  ...(
    [
      'boolean',
      'smallint',
      'integer',
      'bigint',
      'real',
      'double',
      'time',
      'timestamp',
      'timestamptz',
      'uuid',
      'json',
      'bytes',
    ] as const
  ).map((type) => ({ name: `of_${type}`, type, nullable: true })),
]
/** Names that have to be quoted, each in its way. */
const KEY = ['order', `a "b" 'c' $d é`]
const ROW = ['2025-01-01', ...COLUMNS.slice(1).map(() => null)]

let sender: TestSender
let home = ''
let told = ''

beforeAll(async () => {
  await init()
  sender = new TestSender()
  home = await mkdtemp(join(tmpdir(), 'datahub-loader-recipe-syntax-'))
  told = join(home, 'told')
  const reports = [
    { table: 'daily', columns: COLUMNS, rows: [ROW], dateColumn: 'date' },
    { table: 'events', columns: COLUMNS, rows: [ROW] },
    { table: 'things', columns: COLUMNS, rows: [ROW], primaryKey: KEY },
  ]
  await sender.deliver({ executionId: 1, reports })
})
afterAll(async () => {
  await sender[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

function textOf(kind: RecipeKind): string {
  const tables = [
    { name: 'daily', columns: COLUMNS, dateColumn: 'date' },
    { name: 'events', columns: COLUMNS },
    { name: 'things', columns: COLUMNS, primaryKey: KEY },
  ]
  return recipe(kind, { bucket: 'company', prefix: 'acme/', region: 'eu-west-1', taskId: 161, tables })
}

/** A package whose columns are not those of the recipe, and where it is. */
async function deliverOthers(): Promise<string> {
  await using other = new TestSender()
  const name = await other.deliver({
    executionId: 2,
    reports: [{ table: 'events', columns: COLUMNS.slice(1), rows: [] }],
  })
  await copyFile(join(other.directory, name), join(home, name))
  return join(home, name)
}

/** The kinds of statements in a text; throws what the parser says of the first that is none. */
function kindsOf(sql: string, dialect: DialectName): string[] {
  return parse(sql, dialect).map((statement) =>
    typeof statement === 'string' ? statement : (Object.keys(statement)[0] ?? ''),
  )
}

/** Runs a recipe of the shell; what `aws` and the warehouse's own client are asked is answered by these programs. */
async function runShell(script: string, client: string, body: string): Promise<string> {
  const aws = `case "$2 $3" in
  "ls "*) basename "$FOLDER"/*.zip | sed 's/^/2025-01-01 00:00:00 1 /' ;;
  "cp -") cat > /dev/null ;;
  "cp "*) cp "$FOLDER/$(basename "$3")" "$4" ;;
esac`
  const bin = join(home, client)
  await mkdir(bin)
  for (const [name, text] of Object.entries({ aws, [client]: body })) {
    await writeFile(join(bin, name), `#!/bin/bash\n${text}\n`)
    await chmod(join(bin, name), 0o755)
  }
  await writeFile(join(bin, 'load.sh'), script)
  await writeFile(told, '')
  const own = {
    FOLDER: sender.directory,
    TOLD: told,
    REDSHIFT_URL: 'postgres://warehouse',
    PATH: `${bin}:${process.env['PATH']}`,
  }
  await run('bash', ['load.sh'], { cwd: bin, env: { ...process.env, ...own } })
  return readFile(told, 'utf8')
}

/** Runs a recipe of Python after these lines, which make what the warehouse would bring. Answers what was told, line by line. */
async function runPython(lines: string, args: readonly string[]): Promise<string[]> {
  const program = join(home, 'recipe.py')
  await writeFile(program, lines)
  await writeFile(told, '')
  await run('python3', [program, told, ...args], { cwd: home })
  return (await readFile(told, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as string)
}

test('the parser is none that takes everything', () => {
  for (const dialect of ['snowflake', 'redshift', 'bigquery', 'databricks'] as const)
    for (const sql of ['delte from x', 'create table x (a b c d)', 'insert into x selec 1', 'select * form x'])
      expect(() => parse(sql, dialect), `${dialect}: ${sql}`).toThrow('sql parser error')
})

test('what the recipe for Redshift tells psql is SQL of Redshift', async () => {
  const psql = `case "$*" in *--command*) printf '%s;\\n' "\${@: -1}" >> "$TOLD"; echo 0 ;; *) cat >> "$TOLD" ;; esac`
  const kinds = kindsOf(await runShell(textOf('redshift'), 'psql', psql), 'redshift')
  const transaction = [
    'StartTransaction',
    'CreateTable',
    'Copy',
    'Delete',
    'Insert',
    'CreateTable',
    'Copy',
    'Insert',
    'CreateTable',
    'Copy',
    'Delete',
    'Insert',
    'Insert',
    'Commit',
  ]
  expect(kinds).toEqual([...Array<string>(4).fill('CreateTable'), 'Query', ...transaction])
})

test('what the recipe for BigQuery tells bq is SQL of BigQuery', async () => {
  const bq = `case "$*" in
  *"SELECT COUNT"*) printf '%s;\\n' "\${@: -1}" >> "$TOLD"; echo f0_; echo 0 ;;
  *TRUNCATE*) printf '%s;\\n' "\${@: -1}" >> "$TOLD" ;;
  *" load "*|load*) ;;
  *) cat >> "$TOLD" ;;
esac`
  const kinds = kindsOf(await runShell(textOf('bigquery'), 'bq', bq), 'bigquery')
  const transaction = ['StartTransaction', 'Delete', 'Insert', 'Insert', 'Delete', 'Insert', 'Insert', 'Commit']
  const made = Array<string>(7).fill('CreateTable')
  expect(kinds).toEqual([...made, 'Query', 'Truncate', 'Truncate', 'Truncate', ...transaction])
})

const SNOWPARK = `import io, json, os, sys, types
told = open(sys.argv[1], "a")
tell = lambda text: (told.write(json.dumps(text) + "\\n"), told.flush())
class SnowflakeFile:
    open = staticmethod(lambda path, mode: io.open(path, mode))
for name in ("snowflake", "snowflake.snowpark", "snowflake.snowpark.files"): sys.modules[name] = types.ModuleType(name)
sys.modules["snowflake.snowpark.files"].SnowflakeFile = SnowflakeFile
class Asked:
    def __init__(self, text): self.text = text
    def collect(self):
        tell(self.text)
        return [{"P": os.path.basename(sys.argv[2]), "U": sys.argv[2]}] if self.text.startswith("select") else []
class Files:
    def put_stream(self, stream, where, auto_compress, overwrite): assert stream.read().startswith(b"date,"), where
class Session:
    file = Files()
    def sql(self, text, params): return Asked(text)
`

test('what the recipe for Snowflake does, around its procedure and in it, is SQL of Snowflake', async () => {
  const [before = '', procedure = '', after = ''] = textOf('snowflake').split('$$')
  const at = before.indexOf('create or replace procedure')
  expect(kindsOf(before.slice(0, at), 'snowflake')).toEqual([
    'CreateStage',
    'CreateStage',
    ...Array<string>(7).fill('CreateTable'),
  ])
  // The parser knows no procedures in Python; this is the head that Snowflake's reference gives them.
  expect(before.slice(at)).toMatch(
    /^create or replace procedure \w+\(\) returns varchar language python runtime_version = '3\.11'\npackages = \('snowflake-snowpark-python'\) handler = 'run' execute as caller as $/,
  )
  expect(kindsOf(after.replace(/^;/, ''), 'snowflake')).toEqual(['Call'])

  const program = `${SNOWPARK}${procedure}\nrun(Session())\n`
  const [refresh, ...statements] = await runPython(program, [join(sender.directory, sender.nameOf(1))])
  expect(refresh).toBe('alter stage datahub_161 refresh')
  expect(statements.map((sql) => kindsOf(sql, 'snowflake').join())).toEqual([
    'Query',
    ...['Truncate', 'CopyIntoSnowflake', 'Truncate', 'CopyIntoSnowflake', 'Truncate', 'CopyIntoSnowflake'],
    ...['StartTransaction', 'Delete', 'Insert', 'Insert', 'Delete', 'Insert', 'Insert', 'Commit'],
  ])
  await expect(runPython(program, [await deliverOthers()])).rejects.toThrow('has other columns in events_161_')
})

const SPARK = `import json, sys
told = open(sys.argv[1], "a")
tell = lambda text: (told.write(json.dumps(text) + "\\n"), told.flush())
class Row:
    def __init__(self, path): self.path, self.content = path, open(path, "rb").read()
class Spark:
    """Every call is answered by another of the same, but those that tell or give something."""
    def __getattr__(self, name): return self
    def __call__(self, *given, **named): return self
    def sql(self, text): tell(text)
    def schema(self, text): tell(f"CREATE TABLE t ({text})"); return self
    def option(self, name, value):
        if name == "replaceWhere": tell(f"DELETE FROM t WHERE {value}")
        return self
    def selectExpr(self, text): tell(f"SELECT {text} FROM t"); return self
    def collect(self): return [["2025-01-01"], ["2025-01-02"]]
    def toLocalIterator(self): return [Row(sys.argv[2])]
    def foreachBatch(self, load): load(self, 1); return self
spark = Spark()
`

test('what the recipe for Databricks tells Spark is SQL of Databricks', async () => {
  const notebook = textOf('databricks').replace(
    '"/Volumes/YOUR_CATALOG/YOUR_SCHEMA/YOUR_VOLUME/161"',
    JSON.stringify(join(home, 'volume')),
  )
  // The parser does not know the stars of Delta's MERGE, which stand for all columns.
  const statements = (await runPython(SPARK + notebook, [join(sender.directory, sender.nameOf(1))])).map((sql) =>
    sql.replace('UPDATE SET *', 'UPDATE SET a = s.a').replace('INSERT *', 'INSERT (a) VALUES (s.a)'),
  )
  expect(statements.map((sql) => kindsOf(sql, 'databricks').join())).toEqual([
    ...['CreateTable', 'CreateTable', 'Query', 'Delete'],
    ...['CreateTable', 'CreateTable'],
    ...['CreateTable', 'CreateTable', 'Merge'],
  ])
  await expect(runPython(SPARK + notebook, [await deliverOthers()])).rejects.toThrow('has other columns in events_161_')
})
