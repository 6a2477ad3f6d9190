import type * as real from '@datahub/server/db/database'
import { statement } from '../database.ts'

export * from '@datahub/server/db/database'

export const databaseNow: typeof real.databaseNow = (db) => statement(db, (tx) => tx.now)
