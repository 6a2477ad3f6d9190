import { DataHubError } from '@datahub/core/error/data-hub-error'
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { link, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Seals secrets with AES-256-GCM, bound to the place they belong to: moved to another row or field they do not open. */
export interface SecretBox {
  /** `place` names row and field, such as `destination/3/secretAccessKey`. */
  seal(plain: string, place: string): string
  /** Throws `hub.secret_unreadable` for an altered or moved text, or another key. */
  open(sealed: string, place: string): string
  /** Another secret for each purpose, which tells nothing of the key or of the others. */
  derive(purpose: string): string
}

const VERSION = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16

/** `key`: 32 bytes. A sealed text reads `v1.<key id>.<base64url of iv, tag and ciphertext>`. */
export function createSecretBox(key: Buffer): SecretBox {
  const keyId = createHash('sha256').update(key).digest('hex').slice(0, 8)
  return {
    derive: (purpose) => Buffer.from(hkdfSync('sha256', key, '', `datahub/${purpose}`, 32)).toString('base64url'),
    seal(plain, place) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(boundTo(place))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `${VERSION}.${keyId}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open(sealed, place) {
      const [version, sealedBy, text = ''] = sealed.split('.')
      if (version !== VERSION || sealedBy !== keyId) {
        throw new DataHubError('hub.secret_unreadable', `open the secret of ${place}`, {
          facts: { sealedBy: sealedBy ?? '', keyId },
        })
      }
      const bytes = Buffer.from(text, 'base64url')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
          .setAAD(boundTo(place))
          .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
        return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        throw new DataHubError('hub.secret_unreadable', `open the secret of ${place}`)
      }
    },
  }
}

/** What is sealed along with the secret and not kept: it opens only for whoever says the same again. */
function boundTo(place: string): Buffer {
  return Buffer.from(`${VERSION}|${place}`)
}

/** A key that somebody has typed, or left as it stood in an example; of random bytes fewer than 16 different ones never come. */
export function isWeakKey(key: Buffer): boolean {
  return key.length !== 32 || new Set(key).size < 16
}

/** Makes the key file of a data directory, readable by its owner only; one that is there already is kept. */
export async function makeKey(dataDir: string): Promise<Buffer> {
  const path = pathIn(dataDir)
  const draft = `${path}.${process.pid}`
  await writeFile(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true })
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(draft)
  }
  return (await loadKey(dataDir)) as Buffer
}

/** The key in the key file; undefined when there is no file. */
export async function loadKey(dataDir: string): Promise<Buffer | undefined> {
  const path = pathIn(dataDir)
  try {
    const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64')
    if (isWeakKey(key))
      throw new DataHubError('hub.config', `use the key file ${path}`, {
        hint: 'It must hold 32 random bytes in base64; restore it from your backup.',
      })
    return key
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'secret.key')
}
