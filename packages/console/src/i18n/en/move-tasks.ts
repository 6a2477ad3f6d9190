import { plural } from '../plural.ts'

/** The words of the dialog that moves tasks to another destination. */
export const moveTasks = {
  title: (count: number) => `Move ${plural(count, 'task')} to another destination`,
  to: 'New destination',
  untested: 'Its last connection test did not pass, or there was none.',
  means: [
    'From now on they deliver to the new destination.',
    'What was delivered stays where it is, with its sync log. It is not delivered again.',
    'In the new place the sync log begins anew: whoever reads the packages has to read there.',
    'A task with an execution under way is not moved, and says so.',
  ],
  already: 'Delivers there already: nothing changes.',
  busy: 'An execution is under way: if it still is then, this task is not moved.',
  folder: (folder: string, log: string) => `Continues in ${folder}, with a new ${log}.`,
  isMoved: 'Moved',
  moved: (count: number, to: string) => `${plural(count, 'task')} now deliver to ${to}`,
  go: (count: number) => `Move ${plural(count, 'task')}`,
}

export type MoveTasksMessages = typeof moveTasks
