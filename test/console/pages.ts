import type { Page } from 'playwright-core'
import type { World } from './world.ts'

/** Every page and dialog, and every state of theirs, for axe, for the screenshots and for the walks. */
export interface PageUnderTest {
  readonly name: string
  /** `{open link}` and the like: the code of a setup link in that state, see `addressOf`. */
  readonly path: string
  /** Who sees it; an administrator where nothing is said. */
  readonly by?: 'viewer' | 'nobody'
  /** `new`: a hub in which nothing has been made yet. */
  readonly hub?: 'new'
  /**
   * What the hub answers when the page asks for its data: `held`, nothing yet; `failed`, an error; `lost`, all of it at
   * first, and then nothing any more.
   */
  readonly answers?: 'held' | 'failed' | 'lost'
  /** It is over everything else, and was opened from what is below. */
  readonly isDialog?: boolean
  /** What leads from the page to the state, in whatever language the page is. */
  act?(page: Page): Promise<void>
}

const press = (key: string) => (page: Page) => page.keyboard.press(key)
/** The button of that name, in English or in Chinese, by its key. */
const pressButton = (name: RegExp) => async (page: Page) => {
  await page.getByRole('button', { name }).first().press('Enter')
}
const inDialog = (act: (page: Page) => Promise<void>) => ({
  isDialog: true,
  async act(page: Page) {
    await act(page)
    await page.locator('[role=dialog], [role=alertdialog]').last().waitFor()
  },
})
/** An entry of the first menu in the page's content. */
const fromMenu = (button: RegExp, entry: RegExp) =>
  inDialog(async (page) => {
    await page.locator('main').getByRole('button', { name: button }).first().press('Enter')
    await page.getByRole('menuitem', { name: entry }).press('Enter')
  })
const tested = async (page: Page) => {
  await pressButton(/^(Test Connection|测试连接)$/)(page)
  await page
    .getByRole('status')
    .filter({ hasText: /Connection (successful|failed)|连接(成功|失败)/ })
    .waitFor({ timeout: 60_000 })
}

const MORE = /^(More actions|更多操作)/

const whole: readonly PageUnderTest[] = [
  { name: 'home', path: '/' },
  { name: 'palette', path: '/', ...inDialog(press('Control+k')) },
  {
    name: 'palette-no-match',
    path: '/',
    async act(page) {
      await page.keyboard.press('Control+k')
      await page.getByRole('searchbox').last().waitFor()
      await page.keyboard.type('ordrs')
      await page.getByText(/Nothing matches “ordrs”|“ordrs”/).waitFor()
    },
  },
  { name: 'shortcuts', path: '/', ...inDialog(press('?')) },
  { name: 'tasks', path: '/tasks' },
  { name: 'tasks-no-match', path: '/tasks?q=ordrs' },
  {
    name: 'tasks-move',
    path: '/tasks',
    ...inDialog(async (page) => {
      await page.locator('tbody').getByRole('checkbox').first().press('Space')
      await pressButton(/^(Move…|移动…)$/)(page)
    }),
  },
  { name: 'new-task', path: '/tasks/new' },
  {
    name: 'new-task-one-time',
    path: '/tasks/new',
    act: (page) => page.locator('input[value=one-time]').check({ force: true }),
  },
  {
    name: 'new-task-refused',
    path: '/tasks/new',
    async act(page) {
      await pressButton(/^(Create task|创建任务)$/)(page)
      await page.getByRole('alert').first().waitFor()
    },
  },
  { name: 'task-coverage', path: '/tasks/1' },
  {
    name: 'task-backfill-dialog',
    path: '/tasks/1',
    ...inDialog(async (page) => {
      const days = page.getByRole('grid').getByRole('button')
      await days.last().focus()
      await page.keyboard.press('End')
      await page.keyboard.press('Shift+ArrowUp')
      await page.keyboard.press('b')
    }),
  },
  { name: 'task-remove', path: '/tasks/1', ...fromMenu(MORE, /^(Delete|删除)/) },
  { name: 'task-executions', path: '/tasks/1?tab=executions' },
  { name: 'task-files', path: '/tasks/1?tab=files' },
  { name: 'task-activity', path: '/tasks/1?tab=activity' },
  { name: 'task-settings', path: '/tasks/1?tab=settings' },
  { name: 'execution', path: '/tasks/1?tab=executions&execution=5' },
  { name: 'execution-failed', path: '/tasks/4?tab=executions&execution={waiting}' },
  { name: 'task-waiting', path: '/tasks/4?tab=executions' },
  { name: 'task-not-there', path: '/tasks/999' },
  { name: 'backfill', path: '/backfills/2' },
  { name: 'destinations', path: '/destinations' },
  { name: 'destinations-link', path: '/destinations', ...inDialog(pressButton(/^(Setup link…|设置链接…)$/)) },
  {
    name: 'destinations-link-revoke',
    path: '/destinations',
    ...inDialog(pressButton(/^(Take back|撤回)/)),
  },
  { name: 'destination', path: '/destinations/company-xnurta-data' },
  { name: 'destination-tested', path: '/destinations/acme%20prod', act: tested },
  { name: 'destination-test-failed', path: '/destinations/company-xnurta-data', act: tested },
  {
    name: 'destination-rotate',
    path: '/destinations/company-xnurta-data',
    ...inDialog(pressButton(/^(Rotate keys…|轮换密钥…)$/)),
  },
  {
    name: 'destination-remove',
    path: '/destinations/company-xnurta-data',
    ...inDialog(pressButton(/^(Delete|删除)$/)),
  },
  { name: 'new-destination', path: '/destinations/new' },
  { name: 'sources', path: '/sources' },
  { name: 'source', path: '/sources/market_insight' },
  { name: 'source-tested', path: '/sources/market_insight', act: tested },
  { name: 'new-source', path: '/sources/new' },
  { name: 'activity', path: '/activity' },
  { name: 'activity-no-match', path: '/activity?action=nothing.like.that' },
  { name: 'settings-users', path: '/settings' },
  { name: 'settings-users-add', path: '/settings', ...inDialog(pressButton(/^(Add user|添加用户)$/)) },
  { name: 'settings-users-remove', path: '/settings', ...fromMenu(MORE, /^(Remove from|移出)/) },
  { name: 'settings-tokens', path: '/settings?tab=tokens' },
  {
    name: 'settings-tokens-new',
    path: '/settings?tab=tokens',
    ...inDialog(pressButton(/^(New API token|新建 API 令牌)$/)),
  },
  { name: 'settings-tokens-revoke', path: '/settings?tab=tokens', ...inDialog(pressButton(/^(Revoke|吊销)/)) },
  { name: 'settings-alerts', path: '/settings?tab=alerts' },
  { name: 'settings-alerts-new', path: '/settings?tab=alerts&channel=new' },
  { name: 'settings-alerts-edit', path: '/settings?tab=alerts&channel=On%20call' },
  { name: 'settings-sessions', path: '/settings?tab=sessions' },
  { name: 'settings-system', path: '/settings?tab=system' },
  { name: 'errors', path: '/help/errors' },
  { name: 'errors-no-match', path: '/help/errors?q=nothing%20like%20that' },
  { name: 'error', path: '/help/errors/destination.wrong_region' },
  { name: 'api', path: '/help/api' },
  { name: 'api-no-match', path: '/help/api?q=nothing%20like%20that' },
  { name: 'not-found', path: '/nowhere/at/all' },
  { name: 'sign-in', path: '/sign-in', by: 'nobody' },
  {
    name: 'sign-in-refused',
    path: '/sign-in',
    by: 'nobody',
    async act(page) {
      await page.locator('input[type=email]').fill('nobody@example.com')
      await page.locator('input[type=password]').fill('not the password')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').first().waitFor()
    },
  },
  { name: 'setup', path: '/setup', by: 'nobody' },
  { name: 'setup-link', path: '/s/{open link}', by: 'nobody' },
  { name: 'setup-link-used', path: '/s/{used link}', by: 'nobody' },
  { name: 'setup-link-revoked', path: '/s/{revoked link}', by: 'nobody' },
  { name: 'setup-link-refused', path: '/s/dhl_used_or_revoked_or_too_old', by: 'nobody' },
  { name: 'invitation', path: '/invitation', by: 'nobody' },
]

/** Names of a hundred characters, with and without places to break. */
const long: readonly PageUnderTest[] = [
  { name: 'task-long', path: '/tasks/5' },
  { name: 'task-long-executions', path: '/tasks/5?tab=executions' },
  { name: 'task-long-files', path: '/tasks/5?tab=files' },
  { name: 'task-long-settings', path: '/tasks/5?tab=settings' },
  { name: 'destination-long', path: '/destinations/{long destination}' },
]

/** What is there before anything has been made. */
const empty: readonly PageUnderTest[] = [
  '/',
  '/tasks',
  '/tasks/new',
  '/destinations',
  '/sources',
  '/activity',
  '/settings?tab=alerts',
  '/settings?tab=tokens',
].map((path) => ({ name: `${nameOf(path)}-empty`, path, hub: 'new' }))

/** Pages that show what the hub answers: each with no answer yet, with an error, and for who may only look. */
const asked = [
  ...['/', '/tasks', '/tasks/1', '/tasks/1?tab=executions', '/tasks/1?tab=files', '/tasks/1?tab=activity'],
  ...['/tasks/1?tab=settings', '/tasks/1?tab=executions&execution=5', '/backfills/2', '/destinations'],
  ...['/destinations/company-xnurta-data', '/sources', '/sources/market_insight', '/activity', '/settings'],
  ...['/settings?tab=tokens', '/settings?tab=alerts', '/settings?tab=sessions', '/settings?tab=system', '/help/api'],
]

const states: readonly PageUnderTest[] = [
  ...asked.map((path) => ({ name: `${nameOf(path)}-loading`, path, answers: 'held' as const })),
  ...asked.map((path) => ({ name: `${nameOf(path)}-failing`, path, answers: 'failed' as const })),
  ...asked.map((path) => ({ name: `${nameOf(path)}-viewer`, path, by: 'viewer' as const })),
  ...asked
    .filter((path) => path !== '/help/api')
    .map((path) => ({ name: `${nameOf(path)}-stale`, path, answers: 'lost' as const })),
]

/** What somebody usually sees. */
export const pages = [...whole, ...long, ...empty]

/** And what they see while it is not as usual. */
export const pagesInEveryState = [...pages, ...states]

function nameOf(path: string): string {
  const [pathname = '', search = ''] = path.split('?')
  const parts = [...pathname.split('/'), ...new URLSearchParams(search).values()].filter((part) => part !== '')
  return parts.length === 0 ? 'home' : parts.join('-')
}

/** What addresses of pages name. */
export interface Places {
  readonly links: World['links']
  /** The execution that waits to be tried again. */
  readonly waiting: number
  readonly longName: string
}

export function addressOf({ path }: PageUnderTest, { links, waiting, longName }: Places): string {
  return path
    .replace(/\{(\w+) link\}/, (_whole, state: keyof World['links']) => links[state])
    .replace('{waiting}', String(waiting))
    .replace('{long destination}', encodeURIComponent(longName))
}
