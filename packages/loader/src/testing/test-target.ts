import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Column } from '@datahub/core/bucket/column'
import mysql from 'mysql2/promise'
import { createDatabase } from '../../../../test/parts/database.ts'
import { requirePart } from '../../../../test/parts/endpoints.ts'
import { openTarget } from '../targets/open-target.ts'
import { text } from '../targets/sql.ts'
import type { Target } from '../targets/target.ts'

/** An empty database of one kind, gone after the test. */
export interface TestTarget extends AsyncDisposable {
  readonly url: string
}

export const TEST_TARGETS: Readonly<Record<Target['kind'], () => Promise<TestTarget>>> = {
  async postgres() {
    const database = await createDatabase()
    return { url: database.url, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
  },
  async mysql() {
    const url = new URL(requirePart('mariadb').url)
    const name = `test_${randomBytes(6).toString('hex')}`
    await administer(`create database ${name}`)
    url.pathname = `/${name}`
    return { url: url.href, [Symbol.asyncDispose]: () => administer(`drop database ${name}`) }
  },
  sqlite: () => inFolder('sqlite'),
  duckdb: () => inFolder('duckdb'),
}

async function inFolder(kind: string): Promise<TestTarget> {
  const folder = mkdtempSync(join(tmpdir(), 'datahub-loader-target-'))
  return {
    url: `${kind}:${join(folder, 'reports.db')}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

async function administer(statement: string): Promise<void> {
  const { hostname, port, username } = new URL(requirePart('mariadb').url)
  const connection = await mysql.createConnection({ host: hostname, port: Number(port), user: username })
  await connection.query(statement)
  await connection.end()
}

/** Works with a connection of its own, as a user with a SQL client would. */
export async function within<T>(url: string, work: (target: Target) => Promise<T>): Promise<T> {
  const target = await openTarget(url)
  try {
    return await work(target)
  } finally {
    await target.close()
  }
}

/** The rows of a table in the words of our CSV dialect, sorted; undefined where there is no table. */
export async function rowsIn(
  url: string,
  table: string,
  columns: readonly Column[],
): Promise<(string | null)[][] | undefined> {
  return within(url, async (target) => {
    if ((await target.columnsOf({ name: table })) === undefined) return undefined
    const { quote } = target.dialect
    const values = columns.map((column, at) => `${expression(target.kind, column, quote(column.name))} as c${at}`)
    const rows = await target.query(text(`select ${values.join(', ')} from ${quote(table)}`))
    // DuckDB's driver takes a byte order mark from the start of a text: so each begins with a letter.
    const cell = (value = null as string | null) => (target.kind === 'duckdb' ? (value?.slice(1) ?? null) : value)
    const read = rows.map((row) => columns.map((column, at) => plain(column, cell(row[`c${at}`]))))
    return sorted(read)
  })
}

export function sorted(rows: readonly (readonly (string | null)[])[]): (string | null)[][] {
  return rows.map((row) => [...row]).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** Numbers and times without zeros at their end, which engines add and drop as they like. */
export function plain({ type }: Column, value: string | null): string | null {
  if (value === null) return null
  if (type === 'decimal') return value.includes('.') ? value.replace(/\.?0+$/, '') : value
  if (type === 'real' || type === 'double')
    return String(type === 'real' ? Math.fround(numberOf(value)) : numberOf(value))
  if (type === 'timestamp' || type === 'timestamptz' || type === 'time')
    return value.replace(/(\.\d*?)0+(\+00)?$/, '$1$2').replace(/\.(\+00)?$/, '$1')
  return value
}

/** DuckDB writes `-inf`. */
function numberOf(value: string): number {
  return Number(value.replace(/^(-?)inf$/i, '$1Infinity'))
}

function expression(kind: Target['kind'], { type }: Column, name: string): string {
  if (type === 'boolean')
    return kind === 'postgres' || kind === 'duckdb'
      ? textOf(kind, name)
      : `case ${name} when 1 then 'true' when 0 then 'false' end`
  if (type === 'bytes')
    return kind === 'postgres'
      ? `encode(${name}, 'hex')`
      : kind === 'duckdb'
        ? `'=' || lower(hex(${name}))`
        : `case when ${name} is not null then lower(hex(${name})) end`
  if (type === 'timestamptz' && kind === 'mysql') return `concat(${name}, '+00')`
  if (type === 'real' && kind === 'mysql') return `cast(${name} as double)`
  return textOf(kind, name)
}

function textOf(kind: Target['kind'], name: string): string {
  if (kind === 'duckdb') return `'=' || cast(${name} as varchar)`
  return kind === 'postgres' ? `${name}::text` : name
}
