import { usePreferences } from '../app/preferences.ts'
import { taskForm as en, type TaskFormMessages } from './en/task-form.ts'
import { taskForm as zh } from './zh/task-form.ts'

/** The words of the form of a task: apart from the others, because the first pages would wait for them. */
export function useTaskFormWords(): TaskFormMessages {
  return usePreferences().locale === 'zh' ? zh : en
}
