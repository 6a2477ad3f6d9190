import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Connection, Database } from '../db/database.ts'
import { loadKey, loadOldKeys, makeKey, watchKeys } from '../foundation/key-files.ts'
import { createSecretBox, keyIdOf, type SecretBox } from '../foundation/secret-box.ts'
import { addLostKeys, countByKey } from './sealed-secret-store.ts'

const CANARY = 'the right key opens this'
const PLACE = 'hub/key_canary'

export interface KeySettings {
  readonly dataDir: string
  /** DATAHUB_SECRET_KEY; without it there is a key file. */
  readonly secretKey: Buffer | undefined
  /** DATAHUB_SECRET_KEY_OLD: they only open. */
  readonly oldSecretKeys: readonly Buffer[]
  /** DATAHUB_KEY_LOST: whatever keys that are not held have sealed is given up. */
  readonly keyLost: boolean
}

/**
 * The box that opens what is sealed in this database. The first start makes a key, unless one is given, and leaves a
 * sealed text in the database; from then on keys that do not open it, and all else that is sealed there, are
 * `hub.key_wrong`, before anything is served.
 */
export async function openSecretBox(db: Database, settings: KeySettings): Promise<SecretBox> {
  const { dataDir, secretKey, oldSecretKeys, keyLost } = settings
  if (keyLost) await db.updateTable('hub').set({ key_canary: null }).execute()
  const isNew = (await readCanary(db)) === null
  const sealing = secretKey ?? loadKey(dataDir) ?? (isNew ? makeKey(dataDir) : undefined)
  if (!sealing) throw new DataHubError('hub.key_wrong', `find the key file ${dataDir}/secret.key`)
  const keys = { sealing, old: [...oldSecretKeys, ...loadOldKeys(dataDir)] }
  const box = createSecretBox(keys, secretKey ? undefined : watchKeys(dataDir, oldSecretKeys))
  // Of several processes that start at once on a new database, the first decides.
  if (isNew) await setCanary(db, box, null)
  if (!isCanary(await readCanary(db), box)) {
    const where = secretKey ? 'DATAHUB_SECRET_KEY' : `the key file ${dataDir}/secret.key`
    throw new DataHubError('hub.key_wrong', `start with ${where}`, { facts: { keyId: keyIdOf(sealing) } })
  }
  await requireKeys(db, box, keyLost)
  return box
}

/** Whether the text of the database is sealed with the key that seals now. */
export async function isCanaryCurrent(db: Connection, box: SecretBox): Promise<boolean> {
  return (await readCanary(db))?.split('.')[1] === box.keyIds()[0]
}

/** Seals the text of the database with the key that seals now. */
export async function renewCanary(db: Connection, box: SecretBox): Promise<void> {
  await setCanary(db, box, await readCanary(db))
}

async function readCanary(db: Connection): Promise<string | null> {
  return (await db.selectFrom('hub').select('key_canary').executeTakeFirstOrThrow()).key_canary
}

async function setCanary(db: Connection, box: SecretBox, before: string | null): Promise<void> {
  await db
    .updateTable('hub')
    .set({ key_canary: box.seal(CANARY, PLACE) })
    .where('key_canary', 'is not distinct from', before)
    .execute()
}

function isCanary(sealed: string | null, box: SecretBox): boolean {
  try {
    return box.open(sealed ?? '', PLACE) === CANARY
  } catch {
    return false
  }
}

/** An old key that was taken away too early is missed at the start, not by a delivery at night. */
async function requireKeys(db: Database, box: SecretBox, keyLost: boolean): Promise<void> {
  const held = box.keyIds()
  const missing = (await countByKey(db)).filter(({ keyId }) => !held.includes(keyId))
  if (keyLost)
    await addLostKeys(
      db,
      missing.map(({ keyId }) => keyId),
    )
  const { lost_keys: lost } = await db.selectFrom('hub').select('lost_keys').executeTakeFirstOrThrow()
  const [missed] = missing.filter(({ keyId }) => !lost.includes(keyId))
  if (missed)
    throw new DataHubError('hub.key_wrong', `start without the old key ${missed.keyId}`, {
      hint: `${missed.secrets} stored secrets are still sealed with it. Give it back in DATAHUB_SECRET_KEY_OLD or as secret.key.old in the data directory, and run "datahub key rotate". Is it lost? Start once with DATAHUB_KEY_LOST=true, and enter those secrets again.`,
      facts: { keyId: missed.keyId, secrets: missed.secrets },
    })
}
