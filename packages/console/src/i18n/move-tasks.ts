import { usePreferences } from '../app/preferences.ts'
import { moveTasks as en, type MoveTasksMessages } from './en/move-tasks.ts'
import { moveTasks as zh } from './zh/move-tasks.ts'

/** The words of the dialog that moves tasks, which come with it. */
export function useMoveWords(): MoveTasksMessages {
  return usePreferences().locale === 'zh' ? zh : en
}
