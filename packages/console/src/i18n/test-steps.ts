import type { CheckStep } from '@datahub/core/check/check-step'
import { stepTitle as zh } from './zh/test-steps.ts'
import { words } from './words.ts'

/** What a step of a connection test is called; in English as the hub calls it. */
export const useStepTitle = words<(step: CheckStep) => string>(({ title }) => title, zh)
