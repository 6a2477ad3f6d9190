import { settings as en } from './en/settings.ts'
import { settings as zh } from './zh/settings.ts'
import { words } from './words.ts'

/** The words of the settings: apart from the others, because the first pages would wait for them. */
export const useSettingsWords = words(en, zh)
