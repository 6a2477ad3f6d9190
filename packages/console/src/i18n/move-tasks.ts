import { moveTasks as en } from './en/move-tasks.ts'
import { moveTasks as zh } from './zh/move-tasks.ts'
import { words } from './words.ts'

/** The words of the dialog that moves tasks, which come with it. */
export const useMoveWords = words(en, zh)
