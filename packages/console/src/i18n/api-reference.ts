import { usePreferences } from '../app/preferences.ts'
import { apiReference as en, type ApiReferenceMessages } from './en/api-reference.ts'
import { apiReference as zh } from './zh/api-reference.ts'

/** The words of the API reference, which come with it: no other page has to load them. */
export function useApiReferenceWords(): ApiReferenceMessages {
  return usePreferences().locale === 'zh' ? zh : en
}
