import { taskPage as en } from './en/task-page.ts'
import { taskPage as zh } from './zh/task-page.ts'
import { words } from './words.ts'

/** The words of the page of one task: apart from the others, because the first pages would wait for them. */
export const useTaskPageWords = words(en, zh)
