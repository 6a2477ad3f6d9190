import { activity as en } from './en/activity.ts'
import { activity as zh } from './zh/activity.ts'
import { words } from './words.ts'

/** The words of what has happened: apart from the others, because the first pages would wait for them. */
export const useActivityWords = words(en, zh)
