/** Every page and state that can be led to by its address, for axe and for the screenshots. */
export interface PageUnderTest {
  readonly name: string
  readonly path: string
}

export const pages: readonly PageUnderTest[] = [
  { name: 'tasks', path: '/tasks' },
  { name: 'tasks-no-match', path: '/tasks?q=ordrs' },
  { name: 'new-task', path: '/tasks/new' },
  { name: 'destinations', path: '/destinations' },
  { name: 'new-destination', path: '/destinations/new' },
  { name: 'not-found', path: '/nowhere/at/all' },
]
