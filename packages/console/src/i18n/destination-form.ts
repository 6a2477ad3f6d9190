import { usePreferences } from '../app/preferences.ts'
import { destinationForm as en, type DestinationFormMessages } from './en/destination-form.ts'
import { destinationForm as zh } from './zh/destination-form.ts'

/** The words of the form of a destination: apart from the others, because the first pages would wait for them. */
export function useDestinationWords(): DestinationFormMessages {
  return usePreferences().locale === 'zh' ? zh : en
}
