import { apiReference as en } from './en/api-reference.ts'
import { apiReference as zh } from './zh/api-reference.ts'
import { words } from './words.ts'

/** The words of the API reference, which come with it: no other page has to load them. */
export const useApiReferenceWords = words(en, zh)
