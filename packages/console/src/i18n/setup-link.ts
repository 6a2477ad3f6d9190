import { setupLink as en } from './en/setup-link.ts'
import { setupLink as zh } from './zh/setup-link.ts'
import { words } from './words.ts'

/** The words of setup links, for those who send one and those who get one: apart from the others, because few need them. */
export const useSetupLinkWords = words(en, zh)
