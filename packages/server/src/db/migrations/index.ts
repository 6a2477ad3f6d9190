import type { Migration } from 'kysely/migration'
import * as firstTables from './001-first-tables.ts'

/** In order; a migration that has been released is never edited. */
export const migrations: Record<string, Migration> = {
  '001-first-tables': firstTables,
}
