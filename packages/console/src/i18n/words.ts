import { usePreferences } from '../app/preferences.ts'

/**
 * Words in both languages that come with the pages that show them, and not with the catalogue that every first page waits
 * for. Gives the hook by which components read them.
 */
export function words<Words>(en: Words, zh: Words): () => Words {
  return () => (usePreferences().locale === 'zh' ? zh : en)
}
