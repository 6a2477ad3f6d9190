import { DataHubError } from '@datahub/core/error/data-hub-error'
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

/** Seals secrets with AES-256-GCM, bound to the place they belong to: moved to another row or field they do not open. */
export interface SecretBox {
  /** `place` names row and field, such as `destination/3/secretAccessKey`. */
  seal(plain: string, place: string): string
  /** Throws `hub.secret_unreadable` for an altered or moved text, or a key that is not held. */
  open(sealed: string, place: string): string
  /** Another secret for each purpose, which tells nothing of the key or of the others. */
  derive(purpose: string): string
  /** The ids of the keys that are held: the one that seals, then those that only open. */
  keyIds(): [sealing: string, ...old: string[]]
}

/** Keys of 32 bytes: one seals, the old ones only open. */
export interface Keys {
  readonly sealing: Buffer
  readonly old: readonly Buffer[]
}

const VERSION = 'v1'
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * A sealed text reads `v1.<key id>.<base64url of iv, tag and ciphertext>`. `reread` is asked before each use and answers
 * the keys when they are others than the last time: another process may have made a new one.
 */
export function createSecretBox(keys: Keys, reread: () => Keys | undefined = () => undefined): SecretBox {
  let held = ringOf(keys)
  const ring = () => {
    const changed = reread()
    return changed ? (held = ringOf(changed)) : held
  }
  return {
    keyIds: () => ring().ids,
    derive: (purpose) =>
      Buffer.from(hkdfSync('sha256', keys.sealing, '', `datahub/${purpose}`, 32)).toString('base64url'),
    seal(plain, place) {
      const { ids, keyOf } = ring()
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyOf(ids[0]) as Buffer, iv).setAAD(boundTo(place))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `${VERSION}.${ids[0]}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open(sealed, place) {
      const { ids, keyOf } = ring()
      const [version, sealedBy = '', text = ''] = sealed.split('.')
      const key = keyOf(sealedBy)
      if (version !== VERSION || !key) {
        throw new DataHubError('hub.secret_unreadable', `open the secret of ${place}`, {
          facts: { sealedBy, keyId: ids[0] },
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

/** Which key it is, without telling anything of it: it stands in each text that the key has sealed. */
export function keyIdOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8)
}

function ringOf({ sealing, old }: Keys): { ids: [string, ...string[]]; keyOf(id: string): Buffer | undefined } {
  const current = keyIdOf(sealing)
  const byId = new Map([...old, sealing].map((key) => [keyIdOf(key), key]))
  const others = [...byId.keys()].filter((id) => id !== current)
  return { ids: [current, ...others], keyOf: (id) => byId.get(id) }
}

/** What is sealed along with the secret and not kept: it opens only for whoever says the same again. */
function boundTo(place: string): Buffer {
  return Buffer.from(`${VERSION}|${place}`)
}
