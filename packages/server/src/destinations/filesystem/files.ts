import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ObjectLabels, StagedFile } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { openSealed } from '../sealed.ts'

const PIECE_BYTES = 1024 * 1024
const UNFINISHED = '.datahub-part'
const FORGOTTEN_AFTER_MS = 3_600_000

/** The file of a key. A key that would lead out of the root is `destination.refused`. */
export function pathOf(root: string, key: string): string {
  const folders = key.split('/')
  const strange = folders.some((name) => name === '' || name === '.' || name === '..') || /[\\\0]/.test(key)
  if (strange) throw new DataHubError('destination.refused', `use the key ${JSON.stringify(key)} in a folder`)
  return resolve(root, ...folders)
}

/** SHA-256 and size of a file, or undefined when there is none. */
export async function contentOf(path: string): Promise<{ sha256: string; sizeBytes: number } | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined) return undefined
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: PIECE_BYTES }), hash)
  return { sha256: hash.digest('hex'), sizeBytes: found.size }
}

/**
 * Writes the body beside `path` under a name of its own, safe on the disk, and hands that name to `publish`, which links
 * or renames it. Whatever happens, nothing of it stays.
 */
export async function beside<T>(
  path: string,
  body: StagedFile | Buffer,
  labels: ObjectLabels,
  signal: AbortSignal,
  publish: (unfinished: string) => Promise<T>,
): Promise<T> {
  const folder = dirname(path)
  await makeFolder(folder)
  const unfinished = join(folder, `.${basename(path)}.${randomUUID()}${UNFINISHED}`)
  try {
    await copySealed(body, labels, unfinished, signal)
    const outcome = await publish(unfinished)
    await syncFolder(folder)
    return outcome
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** Removes what killed processes left in the folder: unfinished files of ours that nobody has written to for an hour. */
export async function removeForgotten(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('.') || !name.endsWith(UNFINISHED)) continue
    const path = join(folder, name)
    const found = await stat(path).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > FORGOTTEN_AFTER_MS) await rm(path, { force: true })
  }
}

/** Makes the folder and those above it that are missing, and makes that survive a power cut. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function copySealed(
  body: StagedFile | Buffer,
  labels: ObjectLabels,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const reader = await openSealed(body, labels)
  try {
    const file = await open(path, 'wx')
    try {
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, reader.sizeBytes))
      for (let left = reader.sizeBytes; left > 0; left -= piece.length) {
        signal.throwIfAborted()
        await file.writeFile(await reader.next(piece.length, piece))
      }
      reader.finish()
      await file.sync()
    } finally {
      await file.close()
    }
  } finally {
    await reader.close()
  }
}
