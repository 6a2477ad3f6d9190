import type { Page } from 'playwright-core'
import type { World } from './world.ts'

/** Every page, and every state that its address or a few keys lead to, for axe and for the screenshots. */
export interface PageUnderTest {
  readonly name: string
  /** `{open link}` and the like: the code of a setup link in that state, see `addressOf`. */
  readonly path: string
  /** Seen by whoever is not signed in. */
  readonly isOpen?: boolean
  /** What leads from the page to the state, in whatever language the page is. */
  act?(page: Page): Promise<void>
}

const press = (key: string) => (page: Page) => page.keyboard.press(key)
const pressMain = (page: Page) => page.locator('main section button').first().press('Enter')

export const pages: readonly PageUnderTest[] = [
  { name: 'home', path: '/' },
  { name: 'palette', path: '/', act: press('Control+k') },
  { name: 'shortcuts', path: '/', act: press('?') },
  { name: 'tasks', path: '/tasks' },
  { name: 'tasks-no-match', path: '/tasks?q=ordrs' },
  { name: 'new-task', path: '/tasks/new' },
  {
    name: 'new-task-one-time',
    path: '/tasks/new',
    act: (page) => page.locator('input[value=one-time]').check({ force: true }),
  },
  { name: 'task-coverage', path: '/tasks/1' },
  {
    name: 'task-backfill-dialog',
    path: '/tasks/1',
    async act(page) {
      const days = page.getByRole('grid').getByRole('button')
      await days.last().focus()
      await page.keyboard.press('End')
      await page.keyboard.press('Shift+ArrowUp')
      await page.keyboard.press('b')
      await page.getByRole('dialog').waitFor()
    },
  },
  { name: 'task-executions', path: '/tasks/1?tab=executions' },
  { name: 'task-files', path: '/tasks/1?tab=files' },
  { name: 'task-activity', path: '/tasks/1?tab=activity' },
  { name: 'task-settings', path: '/tasks/1?tab=settings' },
  { name: 'execution', path: '/tasks/1?tab=executions&execution=5' },
  { name: 'task-waiting', path: '/tasks/4?tab=executions' },
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
  { name: 'settings-users-add', path: '/settings', act: pressMain },
  { name: 'settings-tokens', path: '/settings?tab=tokens' },
  { name: 'settings-tokens-new', path: '/settings?tab=tokens', act: pressMain },
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
