import { backfill as en } from './en/backfill.ts'
import { backfill as zh } from './zh/backfill.ts'
import { words } from './words.ts'

/** The words of backfills: apart from the others, because the first pages would wait for them. */
export const useBackfillWords = words(en, zh)
