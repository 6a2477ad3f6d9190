import { usePreferences } from '../app/preferences.ts'
import { policy as en, type PolicyMessages } from './en/policy.ts'
import { policy as zh } from './zh/policy.ts'

/** The words beside an IAM policy: apart from the others, because the first pages would wait for them. */
export function usePolicyWords(): PolicyMessages {
  return usePreferences().locale === 'zh' ? zh : en
}
