import type { World } from './world.ts'

/** Every page and state that its address leads to, for axe and for the screenshots. */
export interface PageUnderTest {
  readonly name: string
  /** `{open link}` and the like: the code of a setup link in that state, see `addressOf`. */
  readonly path: string
  /** Seen by whoever is not signed in. */
  readonly isOpen?: boolean
}

export const pages: readonly PageUnderTest[] = [
  { name: 'home', path: '/' },
  { name: 'tasks', path: '/tasks' },
  { name: 'tasks-no-match', path: '/tasks?q=ordrs' },
  { name: 'new-task', path: '/tasks/new' },
  { name: 'task-coverage', path: '/tasks/1' },
  { name: 'task-executions', path: '/tasks/1?tab=executions' },
  { name: 'task-files', path: '/tasks/1?tab=files' },
  { name: 'task-activity', path: '/tasks/1?tab=activity' },
  { name: 'task-settings', path: '/tasks/1?tab=settings' },
  { name: 'execution', path: '/tasks/1?tab=executions&execution=5' },
  { name: 'task-not-there', path: '/tasks/999' },
  { name: 'backfill', path: '/backfills/2' },
  { name: 'destinations', path: '/destinations' },
  { name: 'destination', path: '/destinations/company-xnurta-data' },
  { name: 'new-destination', path: '/destinations/new' },
  { name: 'sources', path: '/sources' },
  { name: 'source', path: '/sources/market_insight' },
  { name: 'new-source', path: '/sources/new' },
  { name: 'activity', path: '/activity' },
  { name: 'settings-users', path: '/settings' },
  { name: 'settings-tokens', path: '/settings?tab=tokens' },
  { name: 'settings-alerts', path: '/settings?tab=alerts' },
  { name: 'settings-alerts-new', path: '/settings?tab=alerts&channel=new' },
  { name: 'settings-alerts-edit', path: '/settings?tab=alerts&channel=On%20call' },
  { name: 'settings-sessions', path: '/settings?tab=sessions' },
  { name: 'settings-system', path: '/settings?tab=system' },
  { name: 'errors', path: '/help/errors' },
  { name: 'error', path: '/help/errors/destination.wrong_region' },
  { name: 'api', path: '/help/api' },
  { name: 'api-no-match', path: '/help/api?q=nothing%20like%20that' },
  { name: 'not-found', path: '/nowhere/at/all' },
  { name: 'sign-in', path: '/sign-in', isOpen: true },
  { name: 'setup', path: '/setup', isOpen: true },
  { name: 'setup-link', path: '/s/{open link}', isOpen: true },
  { name: 'setup-link-used', path: '/s/{used link}', isOpen: true },
  { name: 'setup-link-revoked', path: '/s/{revoked link}', isOpen: true },
  { name: 'setup-link-refused', path: '/s/dhl_used_or_revoked_or_too_old', isOpen: true },
  { name: 'invitation', path: '/invitation', isOpen: true },
]

/** Where a page stands in this world. */
export function addressOf({ path }: PageUnderTest, { links }: Pick<World, 'links'>): string {
  return path.replace(/\{(\w+) link\}/, (_whole, state: keyof World['links']) => links[state])
}
