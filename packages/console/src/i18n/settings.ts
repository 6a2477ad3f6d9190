import { usePreferences } from '../app/preferences.ts'
import { settings as en, type SettingsMessages } from './en/settings.ts'
import { settings as zh } from './zh/settings.ts'

/** The words of the settings: apart from the others, because the first pages would wait for them. */
export function useSettingsWords(): SettingsMessages {
  return usePreferences().locale === 'zh' ? zh : en
}
