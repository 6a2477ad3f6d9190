import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { LoaderError } from '../problem.ts'
import type { Bucket, BucketObject } from './bucket.ts'

/** A folder that packages were delivered or copied into. */
export function openFolder(pathOrUrl: string): Bucket {
  const root = resolve(pathOrUrl.startsWith('file:') ? fileURLToPath(pathOrUrl) : pathOrUrl)

  /** Keys come from logs and manifests, which may say anything. */
  function pathOf(key: string): string {
    const path = resolve(root, key)
    if (path !== root && !path.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw new LoaderError(
        `The key ${JSON.stringify(key)} leads out of the folder.`,
        'Look at who wrote the sync log.',
      )
    }
    return path
  }

  return {
    location: pathToFileURL(root).href,
    async readWhole(key, maxBytes) {
      const path = pathOf(key)
      const facts = await unlessAbsent(() => stat(path))
      if (typeof facts === 'string') return facts
      if (!facts.isFile()) return 'absent'
      return facts.size > maxBytes ? 'too large' : unlessAbsent(() => readFile(path))
    },
    async list(folder) {
      const path = pathOf(folder)
      const entries = await unlessAbsent(() => readdir(path, { withFileTypes: true }))
      if (entries === 'absent') return []
      if (entries === 'denied') return 'denied'
      const files = entries.filter((entry) => entry.isFile())
      return Promise.all(
        files.map(async ({ name }) => {
          const { size, mtime } = await stat(resolve(path, name))
          return { name, sizeBytes: size, modifiedAt: mtime }
        }),
      )
    },
    async open(key): Promise<BucketObject | 'absent' | 'denied'> {
      const path = pathOf(key)
      const facts = await unlessAbsent(() => stat(path))
      if (typeof facts === 'string') return facts
      if (!facts.isFile()) return 'absent'
      return {
        sizeBytes: facts.size,
        version: `${facts.size}-${facts.mtimeMs}`,
        path,
        read: (offset) => createReadStream(path, { start: offset }),
      }
    },
    close() {},
  }
}

async function unlessAbsent<T>(work: () => Promise<T>): Promise<T | 'absent' | 'denied'> {
  try {
    return await work()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent'
    if (code === 'EACCES' || code === 'EPERM') return 'denied'
    throw error
  }
}
