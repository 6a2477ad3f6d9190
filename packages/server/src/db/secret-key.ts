import { DataHubError } from '@datahub/core/error/data-hub-error'
import { createSecretBox, loadKey, makeKey, type SecretBox } from '../foundation/secret-box.ts'
import type { Database } from './database.ts'

const CANARY = 'the right key opens this'
const PLACE = 'hub/key_canary'

export interface KeySettings {
  readonly dataDir: string
  /** DATAHUB_SECRET_KEY; without it there is a key file. */
  readonly secretKey: Buffer | undefined
  /** DATAHUB_KEY_LOST: whatever the old key sealed is given up. */
  readonly keyLost: boolean
}

/**
 * The box that opens what is sealed in this database. The first start makes a key, unless one is given, and leaves a
 * sealed text in the database; from then on another key, or none, is `hub.key_wrong`, before anything is served.
 */
export async function openSecretBox(db: Database, { dataDir, secretKey, keyLost }: KeySettings): Promise<SecretBox> {
  if (keyLost) await db.updateTable('hub').set({ key_canary: null }).execute()
  const isNew = (await readCanary(db)) === null
  const key = secretKey ?? (await loadKey(dataDir)) ?? (isNew ? await makeKey(dataDir) : undefined)
  if (!key) throw new DataHubError('hub.key_wrong', `find the key file ${dataDir}/secret.key`)
  const box = createSecretBox(key)
  if (isNew) {
    // Of several processes that start at once on a new database, the first decides.
    const canary = box.seal(CANARY, PLACE)
    await db.updateTable('hub').set({ key_canary: canary }).where('key_canary', 'is', null).execute()
  }
  try {
    box.open((await readCanary(db)) ?? '', PLACE)
    return box
  } catch {
    const where = secretKey ? 'DATAHUB_SECRET_KEY' : `the key file ${dataDir}/secret.key`
    throw new DataHubError('hub.key_wrong', `start with ${where}`)
  }
}

async function readCanary(db: Database): Promise<string | null> {
  return (await db.selectFrom('hub').select('key_canary').executeTakeFirstOrThrow()).key_canary
}
