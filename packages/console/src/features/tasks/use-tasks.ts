import { query, type Answers } from '../../api/hub.ts'
import { useQuery } from '@tanstack/react-query'
import type { TaskListSearch } from '../../app/search.ts'

export type TaskRow = Answers['task']['list'][number]

/** The tasks that match, again every five seconds as long as somebody looks. */
export function useTasks(search: TaskListSearch) {
  return useQuery(
    query.task.list.queryOptions({
      refetchInterval: 5_000,
      select: (tasks) => {
        const text = (search.q ?? '').toLowerCase()
        const items = tasks.filter(
          (task) =>
            (task.name.toLowerCase().includes(text) || String(task.id) === text) &&
            (search.status === undefined || task.status === search.status) &&
            (search.source === undefined || task.source === search.source) &&
            (search.destination === undefined || task.destination === search.destination) &&
            (search.mode === undefined || (search.mode === 'one-time') === (task.oneTime !== null)),
        )
        return { items, total: tasks.length }
      },
    }),
  )
}
