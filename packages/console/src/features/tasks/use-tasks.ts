import { query, type Answers } from '../../api/hub.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { watched } from '../../app/live/live.ts'
import type { TaskListSearch } from '../../app/search.ts'

export type TaskRow = Answers['task']['list']['items'][number]

/** A page of the tasks that match, kept as the hub has it as long as somebody looks. */
export function useTasks(search: TaskListSearch) {
  return useQuery({ ...tasksOptions(search), refetchInterval: watched, placeholderData: keepPreviousData })
}

/** The same, for who asks before the page is there. */
export function tasksOptions({ q, status, source, destination, mode, cursor }: TaskListSearch) {
  return query.task.list.queryOptions({
    input: {
      ...(q ? { text: q } : {}),
      ...(status ? { status: [status] } : {}),
      ...(source ? { source } : {}),
      ...(destination ? { destination } : {}),
      ...(mode ? { mode } : {}),
      ...(cursor ? { cursor } : {}),
      limit: 50,
    },
  })
}
