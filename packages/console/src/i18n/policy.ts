import { policy as en } from './en/policy.ts'
import { policy as zh } from './zh/policy.ts'
import { words } from './words.ts'

/** The words beside an IAM policy: apart from the others, because the first pages would wait for them. */
export const usePolicyWords = words(en, zh)
