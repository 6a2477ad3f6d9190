import type { KeyList } from '@datahub/core/api/key-routes'
import { invalid } from '@datahub/core/error/data-hub-error'
import type { Access } from '../access/access.ts'
import type { Connection, Database } from '../db/database.ts'
import { placeOfSettings, type SealedTable } from '../definitions/sealed-settings.ts'
import { placeOfReference } from '../executions/reference-memory.ts'
import { replaceKey } from '../foundation/key-files.ts'
import type { Logger } from '../foundation/logger.ts'
import type { SecretBox } from '../foundation/secret-box.ts'
import { isCanaryCurrent, renewCanary } from './open-secret-box.ts'
import * as store from './sealed-secret-store.ts'

const BATCH = 100

/** A batch answers the id of its last row; undefined when there was none. */
type Batch = (tx: Connection, after: number) => Promise<number | undefined>

/**
 * Which keys have sealed the stored secrets, and the change from an old key to a new one. Both open while it lasts, so
 * deliveries go on; each batch is a transaction, so that it may be killed, begun again and run twice at once.
 */
export class KeyService {
  readonly #db: Database
  readonly #box: SecretBox
  readonly #logger: Logger
  /** Where a new key file is made; undefined when the key comes from the environment. */
  readonly #dataDir: string | undefined

  constructor(db: Database, box: SecretBox, logger: Logger, dataDir: string | undefined) {
    this.#db = db
    this.#box = box
    this.#logger = logger
    this.#dataDir = dataDir
  }

  list(_access: Access): Promise<KeyList> {
    return this.#look(this.#db)
  }

  /**
   * Seals all secrets with the newest key. Where they are already, a new key file is made first; a key of the environment
   * only its operator can change: `request.invalid`. What does not open stays as it is, and is counted under its key.
   */
  async rotate(_access: Access): Promise<KeyList> {
    await this.#db.transaction().execute(async (tx) => {
      await store.lockKeys(tx)
      if (await this.#isOver(tx)) this.#makeKey()
      await renewCanary(tx, this.#box)
    })
    for (const table of ['source', 'destination', 'alert_channel', 'refresh_token'] as const)
      await this.#inBatches(table, (tx, after) => this.#sealSettings(tx, table, after))
    await this.#inBatches('execution', (tx, after) => this.#sealReferences(tx, after))
    return this.#look(this.#db)
  }

  async #look(db: Connection): Promise<KeyList> {
    const counts = new Map((await store.countByKey(db)).map(({ keyId, secrets }) => [keyId, secrets]))
    const held = this.#box.keyIds()
    const ids = [...held, ...[...counts.keys()].filter((id) => !held.includes(id))]
    return ids.map((id) => ({
      id,
      use: id === held[0] ? 'seals' : held.includes(id) ? 'opens' : 'missing',
      secrets: counts.get(id) ?? 0,
    }))
  }

  /** Whether nothing is left that an earlier rotation should have sealed anew. */
  async #isOver(tx: Connection): Promise<boolean> {
    const keys = await this.#look(tx)
    return (await isCanaryCurrent(tx, this.#box)) && keys.every(({ use, secrets }) => use !== 'opens' || secrets === 0)
  }

  #makeKey(): void {
    if (this.#dataDir !== undefined) return replaceKey(this.#dataDir)
    throw invalid('rotate the key', [
      {
        field: 'DATAHUB_SECRET_KEY',
        problem: 'is the key that has sealed everything already',
        cure: 'Set it to a new key and DATAHUB_SECRET_KEY_OLD to this one, restart every process, and rotate then.',
      },
    ])
  }

  async #inBatches(what: string, batch: Batch): Promise<void> {
    let after: number | undefined = 0
    while (after !== undefined) {
      const from: number = after
      after = await this.#db.transaction().execute((tx) => batch(tx, from))
      if (after !== undefined) this.#logger.info({ what, upTo: after, keyId: this.#box.keyIds()[0] }, 'sealed anew')
    }
  }

  async #sealSettings(tx: Connection, table: SealedTable, after: number): Promise<number | undefined> {
    const rows = await store.lockSettings(tx, table, this.#box.keyIds()[0], after, BATCH)
    for (const { id, workspaceId, sealed } of rows) {
      const place = placeOfSettings(table, { workspaceId }, id)
      const anew = Object.entries(sealed).map(([field, text]) => [field, this.#anew(text, `${place}/${field}`)])
      await store.setSealed(tx, table, { id, sealed: Object.fromEntries(anew) })
    }
    return rows.at(-1)?.id
  }

  async #sealReferences(tx: Connection, after: number): Promise<number | undefined> {
    const rows = await store.lockReferences(tx, this.#box.keyIds()[0], after, BATCH)
    for (const { id, reference } of rows)
      await store.setSealedReference(tx, id, this.#anew(reference, placeOfReference(id)))
    return rows.at(-1)?.id
  }

  /** A text that was altered or moved, or whose key is lost, is no secret any more: it keeps refusing. */
  #anew(sealed: string, place: string): string {
    let plain: string
    try {
      plain = this.#box.open(sealed, place)
    } catch {
      this.#logger.warn({ place }, 'a stored secret does not open and is left as it is')
      return sealed
    }
    return this.#box.seal(plain, place)
  }
}
