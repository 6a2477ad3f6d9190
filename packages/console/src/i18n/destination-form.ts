import { destinationForm as en } from './en/destination-form.ts'
import { destinationForm as zh } from './zh/destination-form.ts'
import { words } from './words.ts'

/** The words of the form of a destination: apart from the others, because the first pages would wait for them. */
export const useDestinationWords = words(en, zh)
