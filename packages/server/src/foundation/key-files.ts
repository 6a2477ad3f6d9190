import { DataHubError } from '@datahub/core/error/data-hub-error'
import { randomBytes } from 'node:crypto'
import { linkSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyIdOf, type Keys } from './secret-box.ts'

/** The keys in the data directory: `secret.key` seals, each `secret.key.old…` only opens. Small files, read at once. */

const FILE = 'secret.key'
const OLD = `${FILE}.old`

/** A key that somebody has typed, or left as it stood in an example; of random bytes fewer than 16 different ones never come. */
export function isWeakKey(key: Buffer): boolean {
  return key.length !== 32 || new Set(key).size < 16
}

/** The key file's key; made, readable by its owner only, when there is no file. */
export function makeKey(dataDir: string): Buffer {
  const draft = writeDraft(dataDir)
  try {
    linkOnce(draft, join(dataDir, FILE))
  } finally {
    unlinkSync(draft)
  }
  return loadKey(dataDir) as Buffer
}

/** The key in the key file; undefined when there is no file. */
export function loadKey(dataDir: string): Buffer | undefined {
  try {
    return readKey(join(dataDir, FILE))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The keys of all `secret.key.old…`. */
export function loadOldKeys(dataDir: string): Buffer[] {
  const names = readdirSync(dataDir).filter((name) => name.startsWith(OLD))
  return names.map((name) => readKey(join(dataDir, name)))
}

/**
 * A new key takes the place of the one in the key file, which stays as `secret.key.old.<its id>`. Killed at any instant
 * it leaves a key file, and every key that has sealed something.
 */
export function replaceKey(dataDir: string): void {
  const path = join(dataDir, FILE)
  linkOnce(path, join(dataDir, `${OLD}.${keyIdOf(readKey(path))}`))
  renameSync(writeDraft(dataDir), path)
}

/** Answers the keys in the files when the key file is another than when it was last asked. */
export function watchKeys(dataDir: string, more: readonly Buffer[]): () => Keys | undefined {
  let seen: string | undefined
  return () => {
    const file = statSync(join(dataDir, FILE), { bigint: true, throwIfNoEntry: false })
    const version = file && `${file.ino} ${file.mtimeNs}`
    if (version === undefined || version === seen) return undefined
    seen = version
    return { sealing: readKey(join(dataDir, FILE)), old: [...more, ...loadOldKeys(dataDir)] }
  }
}

function writeDraft(dataDir: string): string {
  const draft = join(dataDir, `.${FILE}.${process.pid}`)
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true })
  return draft
}

function linkOnce(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function readKey(path: string): Buffer {
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
  if (isWeakKey(key))
    throw new DataHubError('hub.config', `use the key file ${path}`, {
      hint: 'It must hold 32 random bytes in base64; restore it from your backup.',
    })
  return key
}
