import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { DataHubError } from '@datahub/core/error/data-hub-error'

const PATIENCE_MS = 30_000
const SQLITE_BUSY = 5

/**
 * Runs `act` while no other holder of the lock file does, in this process or another. The lock is the operating
 * system's, taken through SQLite because Node has no call of its own for it: it ends with the process, however that
 * dies. The file stays empty, and stays.
 */
export async function withFileLock<T>(path: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  const file = new DatabaseSync(path, { timeout: 0 })
  try {
    const giveUpAt = performance.now() + PATIENCE_MS
    while (!tryLock(file)) {
      if (performance.now() > giveUpAt) {
        const hint = 'Another process has held its lock for half a minute; does it hang?'
        throw new DataHubError('destination.folder_failed', 'lock the folder', { hint })
      }
      await sleep(5 + Math.random() * 20, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
    return await act()
  } finally {
    file.close()
  }
}

function tryLock(file: DatabaseSync): boolean {
  try {
    file.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false
    throw error
  }
}
