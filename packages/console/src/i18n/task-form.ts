import { taskForm as en } from './en/task-form.ts'
import { taskForm as zh } from './zh/task-form.ts'
import { words } from './words.ts'

/** The words of the form of a task: apart from the others, because the first pages would wait for them. */
export const useTaskFormWords = words(en, zh)
