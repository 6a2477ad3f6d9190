import { usePreferences } from '../app/preferences.ts'
import { system as en, type SystemMessages } from './en/system.ts'
import { system as zh } from './zh/system.ts'

/** The words about the hub itself: apart from the others, because the first pages would wait for them. */
export function useSystemWords(): SystemMessages {
  return usePreferences().locale === 'zh' ? zh : en
}
