import { signIn as en } from './en/sign-in.ts'
import { signIn as zh } from './zh/sign-in.ts'
import { words } from './words.ts'

/** The words of the doors: apart from the others, because who is in would wait for them. */
export const useSignInWords = words(en, zh)
