import { link, readFile, rename } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import type { Destination, ObjectLabels } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { z } from 'zod'
import type { DestinationKind } from '../kind.ts'
import { sha256Of } from '../sealed.ts'
import { admitFolder } from './admit.ts'
import { checkFolder } from './check.ts'
import { inFolder } from './errors.ts'
import { beside, contentOf, makeFolder, pathOf, removeForgotten } from './files.ts'
import { withFileLock } from './lock.ts'

export const filesystemSettings = z.strictObject({
  path: z
    .string()
    .refine((path) => isAbsolute(path) && !path.includes('\0'), 'must be an absolute path, such as /srv/datahub')
    .transform((path) => normalize(path))
    .meta({ description: 'The folder that stands for the bucket; made when it is missing.' }),
})

export type FilesystemSettings = z.output<typeof filesystemSettings>

export const filesystem: DestinationKind<FilesystemSettings> = {
  kind: 'filesystem',
  title: 'Folder on the server',
  configSchema: filesystemSettings,
  secrets: [],
  credentials: [],
  admit: ({ path }, world) => admitFolder(path, world),
  open: ({ path }) => openFolder(path),
}

/** A folder as a bucket. Files appear whole or not at all; the version of a file is its SHA-256; labels are not kept. */
function openFolder(root: string): Destination {
  return {
    kind: 'filesystem',
    prefix: '',

    putNew(key, body, labels, signal, stillMine) {
      const path = pathOf(root, key)
      return inFolder(`store ${key} in ${root}`, async () => {
        signal.throwIfAborted()
        if (await isThere(path, key, labels)) return { version: labels.sha256 }
        await beside(path, body, labels, signal, async (unfinished) => {
          await stillMine?.()
          signal.throwIfAborted()
          // A link, unlike a rename, never replaces a name that somebody took meanwhile.
          await link(unfinished, path).catch(async (error: NodeJS.ErrnoException) => {
            if (error.code !== 'EEXIST' || !(await isThere(path, key, labels))) throw error
          })
        })
        await removeForgotten(dirname(path))
        return { version: labels.sha256 }
      })
    },

    putVersion(key, body, labels, ifVersion, signal) {
      const path = pathOf(root, key)
      const wanted = sha256Of(body)
      return inFolder(`replace ${key} in ${root}`, async () => {
        signal.throwIfAborted()
        await makeFolder(root)
        return await withFileLock(join(root, '.datahub.lock'), signal, async () => {
          const version = (await contentOf(path))?.sha256 ?? null
          if (version === wanted) return { version: wanted }
          if (version !== ifVersion) throw new DataHubError('destination.lost_race', `replace ${key} in ${root}`)
          await beside(path, body, labels, signal, (unfinished) => rename(unfinished, path))
          return { version: wanted }
        })
      })
    },

    get(key, signal) {
      const path = pathOf(root, key)
      return inFolder(`read ${key} in ${root}`, async () => {
        signal.throwIfAborted()
        const body = await readFile(path, { signal }).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return undefined
          signal.throwIfAborted()
          throw error
        })
        return body ? { body, version: sha256Of(body), labels: {} } : 'absent'
      })
    },

    has(key, { sha256, sizeBytes }, signal) {
      const path = pathOf(root, key)
      return inFolder(`look at ${key} in ${root}`, async () => {
        signal.throwIfAborted()
        const content = await contentOf(path)
        return content?.sha256 === sha256 && content.sizeBytes === sizeBytes
      })
    },

    check: (signal) => checkFolder(root, signal),
    close: () => Promise.resolve(),
  }
}

/** Whether the content is there already; other content under the name is `destination.name_taken`. */
async function isThere(path: string, key: string, labels: ObjectLabels): Promise<boolean> {
  const content = await contentOf(path)
  if (content === undefined) return false
  if (content.sha256 === labels.sha256) return true
  throw new DataHubError('destination.name_taken', `store ${key}`)
}
