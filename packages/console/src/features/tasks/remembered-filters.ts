import { taskListSearch, type TaskListSearch } from '../../app/search.ts'
import { workspace } from '../../app/workspace.ts'

const KEY = `datahub.tasks ${workspace ?? ''}`

/** By what the list of tasks was last filtered in this browser; what is remembered of a page is not. */
export function rememberFilters(search: TaskListSearch): void {
  const { cursor: _page, ...filters } = search
  try {
    if (isFiltered(filters)) localStorage.setItem(KEY, JSON.stringify(filters))
    else localStorage.removeItem(KEY)
  } catch {
    // Forbidden storage: the address keeps them for as long as one stays
  }
}

/** Undefined: there were none. */
export function rememberedFilters(): TaskListSearch | undefined {
  try {
    const filters = taskListSearch(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>)
    return isFiltered(filters) ? filters : undefined
  } catch {
    return undefined
  }
}

export function isFiltered({ cursor: _page, ...filters }: TaskListSearch): boolean {
  return Object.values(filters).some((value) => value !== undefined)
}
