import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { EXIT } from '@datahub/core/error/codes'
import { LoaderError } from '../problem.ts'
import type { Bucket, BucketObject } from './bucket.ts'

/** A folder that packages were delivered or copied into. Throws a LoaderError when there is none. */
export async function openFolder(pathOrUrl: string): Promise<Bucket> {
  const root = rootOf(pathOrUrl)
  // A name that is mistyped would otherwise be a bucket without packages, for ever.
  const facts = await unlessAbsent(() => stat(root))
  if (typeof facts === 'string' || !facts.isDirectory()) {
    const why =
      facts === 'absent' ? 'there is no such folder' : facts === 'denied' ? 'it may not be read' : 'it is a file'
    throw new LoaderError(
      `Could not open the bucket ${pathOrUrl}: ${why}.`,
      'Check --bucket: the folder that holds reports/.',
      {
        exitCode: facts === 'denied' ? EXIT.unauthorized : EXIT.notFound,
      },
    )
  }

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
      return unlessAbsent(async () => {
        await using file = await open(pathOf(key), 'r')
        const facts = await file.stat()
        if (!facts.isFile()) return 'absent'
        return facts.size > maxBytes ? 'too large' : file.readFile()
      })
    },
    async list(folder) {
      const path = pathOf(folder)
      const entries = await unlessAbsent(() => readdir(path, { withFileTypes: true }))
      const listedAt = new Date()
      if (entries === 'absent') return { objects: [], listedAt }
      if (entries === 'denied') return 'denied'
      const files = entries.filter((entry) => entry.isFile())
      const objects = await Promise.all(
        files.map(async ({ name }) => {
          const { size, mtime } = await stat(resolve(path, name))
          return { name, sizeBytes: size, modifiedAt: mtime }
        }),
      )
      return { objects, listedAt }
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
        read: (offset, signal) => createReadStream(path, { start: offset, signal }),
      }
    },
    close() {},
  }
}

function rootOf(pathOrUrl: string): string {
  if (!pathOrUrl.startsWith('file:')) return resolve(pathOrUrl)
  try {
    return fileURLToPath(pathOrUrl)
  } catch {
    throw new LoaderError(
      `The bucket ${JSON.stringify(pathOrUrl)} is not the address of a folder.`,
      'Write file:///srv/bucket, or a path such as ./bucket.',
      { exitCode: EXIT.usage },
    )
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
