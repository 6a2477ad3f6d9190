import { sourceForm as en } from './en/source-form.ts'
import { sourceForm as zh } from './zh/source-form.ts'
import { words } from './words.ts'

/** The words of the page of one source: apart from the others, because the first pages would wait for them. */
export const useSourceWords = words(en, zh)
