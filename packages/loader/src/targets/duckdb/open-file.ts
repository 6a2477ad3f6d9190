import { existsSync } from 'node:fs'
import { link, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { isAlive } from '../../is-alive.ts'
import { LoaderError, wordsOf } from '../../problem.ts'
import { text } from '../sql.ts'
import { isAboutRoom, OutOfRoom } from './room.ts'
import { judge, query } from './statement.ts'

/** What DuckDB calls a database that is in no file. */
const IN_MEMORY = ':memory:'
/** A DuckDB file belongs to one process at a time; how long we wait for the one before us. */
const LOCK_WAIT_MS = 600_000
/**
 * Of each column, a row group is in memory until it is written: in blocks of the file's size, some for values and one for
 * NULLs. With the usual 122,880 rows and 256 KiB, a table of 300 columns would take 600 MB, however few its rows.
 */
export const ROW_GROUP_ROWS = 16_384
/** Of files that we make; in a file that somebody else made, its own size stays. */
const BLOCK_BYTES = 32_768

/** Files that this process has open: the lock of a file keeps out other processes, not a second use in the same one. */
const inUse = new Set<string>()

/** A connection to a file, which is attached as `receiver` and in use, with nothing else beside it. */
export interface OpenFile {
  readonly connection: DuckDBConnection
  /** Opens it anew: it is of no more use when its checkpoint has failed. There is no transaction. */
  reopen(): Promise<void>
  close(): Promise<void>
}

/**
 * The file, attached to a database of nothing: only so can the size of its new row groups be said. Waits while somebody
 * else has it. `settings` are of the engine.
 */
export async function openFile(path: string, settings: Readonly<Record<string, string>>): Promise<OpenFile> {
  const deadline = Date.now() + LOCK_WAIT_MS
  for (;;) {
    const found = await tryToOpen(path, settings)
    if (typeof found !== 'string') return found
    if (isAboutRoom(found)) throw new OutOfRoom()
    if (!/\block(ed)?\b/i.test(found))
      throw new LoaderError(`Could not open ${path}: ${found}.`, 'Check the path after duckdb: and its rights.')
    if (Date.now() > deadline)
      throw new LoaderError(
        `Could not open ${path}: another program has it open.`,
        'Close the other program, and run it again.',
      )
    await sleep(200)
  }
}

/** The file, or why not. */
async function tryToOpen(path: string, settings: Readonly<Record<string, string>>): Promise<OpenFile | string> {
  if (path === IN_MEMORY) return attach(path, settings)
  if (inUse.has(path)) return 'locked by this process'
  inUse.add(path)
  try {
    await tidy(path)
    const file = await attach(path, settings)
    return {
      ...file,
      async close() {
        await file.close()
        inUse.delete(path)
      },
    }
  } catch (error) {
    inUse.delete(path)
    return wordsOf(error)
  }
}

async function attach(path: string, settings: Readonly<Record<string, string>>): Promise<OpenFile> {
  const instance = await DuckDBInstance.create(IN_MEMORY, settings)
  try {
    const connection = await instance.connect()
    const open = async () => {
      await connection.run(`attach ${quoted(path)} as receiver (row_group_size ${ROW_GROUP_ROWS})`)
      await connection.run('use receiver')
    }
    /** An instance lives on as long as a statement of it that failed, and would write the file again that others use by then. */
    const letGo = async () => {
      // The connection that uses a file cannot say a word when it is of no more use.
      const apart = await instance.connect()
      try {
        await query(apart, text('detach database if exists receiver'))
      } finally {
        apart.closeSync()
      }
    }
    if (path !== IN_MEMORY && !existsSync(path)) await create(connection, path)
    await open()
    await connection.run(`set TimeZone = 'UTC'`).catch(() => {})
    return {
      connection,
      async reopen() {
        await letGo()
        await open().catch((error: unknown) => {
          throw judge(error)
        })
      },
      async close() {
        await letGo().catch(() => {})
        connection.closeSync()
        instance.closeSync()
      },
    }
  } catch (error) {
    instance.closeSync()
    throw error
  }
}

/** Whole or not at all: a file that was begun when its process was killed is not a database, and is never mended. */
async function create(connection: DuckDBConnection, path: string): Promise<void> {
  const apart = `${path}.${process.pid}.new`
  try {
    await connection.run(`attach ${quoted(apart)} as fresh (block_size ${BLOCK_BYTES})`)
    await connection.run('detach fresh')
    await link(apart, path).catch((error: NodeJS.ErrnoException) => {
      // Another loader was faster: it is the same file.
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(apart, { force: true })
  }
}

/** Removes what loaders that were killed in `create` have left beside the file; ours is of one that had our number. */
async function tidy(path: string): Promise<void> {
  const [folder, begin] = [dirname(path), `${basename(path)}.`]
  // A folder that cannot be read is told of by who opens the file.
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((one) => one.startsWith(begin))) {
    const [, pid] = /^(\d+)\.new(\.wal)?$/.exec(name.slice(begin.length)) ?? []
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true })
  }
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}
