import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { EXIT } from '@datahub/core/error/codes'
import { LoaderError } from '../problem.ts'
import { keepNothingFreed } from './duckdb/allocator.ts'
import type { Target } from './target.ts'

/** What SQLite and DuckDB call a database that is in no file. */
const IN_MEMORY = ':memory:'

/** How every kind of target is named, for help and errors. */
export const TARGET_URLS = [
  'postgres://user:password@host/database',
  'mysql://…',
  'mariadb://…',
  'sqlite:path',
  'duckdb:path',
] as const

/**
 * Connects to the database of an address; only the driver that it needs is loaded. With `creates: false`, a file that is
 * not there stays so, and its database is an empty one.
 */
export async function openTarget(url: string, { creates = true } = {}): Promise<Target> {
  const [, scheme = ''] = /^([a-z]+):/.exec(url) ?? []
  switch (scheme) {
    case 'postgres':
    case 'postgresql':
      return (await withDriver('pg', import('./postgres/postgres-target.ts'))).openPostgres(url)
    case 'mysql':
    case 'mariadb':
      return (await withDriver('mysql2', import('./mysql/mysql-target.ts'))).openMysql(url)
    case 'sqlite':
      return (await import('./sqlite/sqlite-target.ts')).openSqlite(pathOf(url, creates))
    case 'duckdb':
      keepNothingFreed()
      return (await withDriver('@duckdb/node-api', import('./duckdb/duckdb-target.ts'))).openDuckdb(
        pathOf(url, creates),
      )
    default:
      throw new LoaderError(
        'The address of the database is not one that can be loaded into.',
        `Write one of ${TARGET_URLS.join(', ')}.`,
        { exitCode: EXIT.usage },
      )
  }
}

/** Drivers are optional dependencies: an installation without those it does not use is smaller. */
async function withDriver<Module>(packages: string, loading: Promise<Module>): Promise<Module> {
  try {
    return await loading
  } catch (error) {
    if (!/MODULE_NOT_FOUND/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw new LoaderError(
      `The driver of this database is not installed.`,
      `Install it beside the loader: npm install ${packages}.`,
      { exitCode: EXIT.usage, cause: error },
    )
  }
}

/** `sqlite:reports.db`, `sqlite:///srv/reports.db` */
function pathOf(url: string, creates: boolean): string {
  const path = url.replace(/^[a-z]+:(\/\/)?/, '')
  if (path === '')
    throw new LoaderError(`The address ${JSON.stringify(url)} names no file.`, `Write ${url}reports.db.`, {
      exitCode: EXIT.usage,
    })
  return creates || existsSync(path) ? resolve(path) : IN_MEMORY
}
