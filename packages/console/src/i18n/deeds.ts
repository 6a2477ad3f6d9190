import { deeds as en } from './en/deeds.ts'
import { deeds as zh } from './zh/deeds.ts'
import { words } from './words.ts'

/** What each operation that the audit log holds is called; an operation of an older version has no words. */
export const useDeedWords = words<Readonly<Record<string, string>>>(en, zh)
