import { system as en } from './en/system.ts'
import { system as zh } from './zh/system.ts'
import { words } from './words.ts'

/** The words about the hub itself: apart from the others, because the first pages would wait for them. */
export const useSystemWords = words(en, zh)
