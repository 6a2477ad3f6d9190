import { usePreferences } from '../app/preferences.ts'
import { setupLink as en, type SetupLinkMessages } from './en/setup-link.ts'
import { setupLink as zh } from './zh/setup-link.ts'

/** The words of setup links, for those who send one and those who get one: apart from the others, because few need them. */
export function useSetupLinkWords(): SetupLinkMessages {
  return usePreferences().locale === 'zh' ? zh : en
}
