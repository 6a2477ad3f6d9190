import { usePreferences } from '../app/preferences.ts'
import { sourceForm as en, type SourceFormMessages } from './en/source-form.ts'
import { sourceForm as zh } from './zh/source-form.ts'

/** The words of the page of one source: apart from the others, because the first pages would wait for them. */
export function useSourceWords(): SourceFormMessages {
  return usePreferences().locale === 'zh' ? zh : en
}
