/**
 * Which workspace this tab is about stands in its address, before the page: `/w/acme/tasks`. So a link leads into the same
 * workspace whoever opens it, and two tabs may look at two. Another one is another load of the console: nothing of the one
 * before is left on screen or in memory.
 */

const REMEMBERED = 'datahub.workspace'

/** The name in the address; undefined: none is named, and the hub takes the reader's first. */
export const workspace = /^\/w\/([a-z][a-z0-9-]{0,62})(?=\/|$)/.exec(window.location.pathname)?.[1]

/** What every address of this tab begins with. */
export const basepath = workspace === undefined ? '/' : `/w/${workspace}`

/** Goes to the list that corresponds to the present page: what one workspace has is not in the other. */
export function enterWorkspace(name: string): void {
  remember(name)
  const [, list = ''] = /^\/([a-z]*)/.exec(window.location.pathname.slice(basepath === '/' ? 0 : basepath.length)) ?? []
  window.location.assign(
    `/w/${name}/${['tasks', 'destinations', 'sources', 'activity', 'settings'].includes(list) ? list : ''}`,
  )
}

/**
 * Where several workspaces may be entered an address without one is completed: by the last one that was chosen here, or
 * else by that of the hub's answer. Answers whether the page is being left for it.
 */
export function completeAddress(present: string | undefined, all: readonly { name: string }[]): boolean {
  if (workspace !== undefined || all.length < 2) return false
  const last = remembered()
  const name = all.some((one) => one.name === last) ? last : present
  if (name === undefined || name === null) return false
  const { pathname, search, hash } = window.location
  window.location.replace(`/w/${name}${pathname}${search}${hash}`)
  return true
}

function remember(name: string): void {
  try {
    localStorage.setItem(REMEMBERED, name)
  } catch {
    // Forbidden storage: the next visit begins with the first workspace
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(REMEMBERED)
  } catch {
    return null
  }
}
