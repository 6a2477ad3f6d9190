import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { visit } from './browser.ts'
import { settled } from './settled.ts'
import { useBrowser } from './use-browser.ts'
import { furnish, startWorld, type World } from './world.ts'

const browser = useBrowser()
let world: World

beforeAll(async () => {
  world = await startWorld()
  await furnish(world)
}, 180_000)
afterAll(() => world[Symbol.asyncDispose]())

const TASK = 'Market insight daily'
const run = (day: string) => world.ask('POST', `/tasks/${encodeURIComponent(TASK)}/run`, { from: day, to: day })
const stream = (url: URL) => url.pathname === '/api/v1/events'

/** What a page asks its hub for, a line each. */
function asked(page: Page): string[] {
  const paths: string[] = []
  page.on('request', (request) => paths.push(new URL(request.url()).pathname.replace('/api/v1', '')))
  return paths
}

test('what changes is told and not polled, and no row moves until it is asked for', { timeout: 60_000 }, async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  const paths = asked(page)
  await page.goto('/tasks/1?tab=executions')
  await settled(page)
  await page.waitForTimeout(4_000)
  paths.length = 0
  await page.waitForTimeout(6_000)
  expect(paths.filter((path) => path.startsWith('/tasks'))).toEqual([])
  const first = page.getByRole('row').nth(1)
  const before = await first.textContent()
  const place = await first.boundingBox()
  await run(new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10))
  const pill = page.getByRole('button', { name: '1 new execution' })
  await pill.waitFor({ timeout: 10_000 })
  expect([await first.textContent(), await first.boundingBox()]).toEqual([before, place])
  await pill.click()
  await pill.waitFor({ state: 'detached' })
  expect(await first.textContent()).not.toBe(before)
  await first.getByText('Sent (6)').waitFor({ timeout: 20_000 })
})

test(
  'a task that its filter does not fit any more stays where it is read until one asks',
  { timeout: 60_000 },
  async () => {
    await using visited = await visit(browser(), world.admin)
    const { page } = visited
    await page.goto('/tasks?status=scheduled')
    await settled(page)
    const rows = page.locator('tbody tr')
    const names = () => rows.locator('a[data-row]').allTextContents()
    const [before, place] = [await names(), await rows.last().boundingBox()]
    const row = rows.filter({ hasText: TASK })
    await world.ask('POST', '/tasks/1/pause')
    await row.getByText('Not in this list any more').waitFor({ timeout: 10_000 })
    expect([await names(), await rows.last().boundingBox()]).toEqual([before, place])
    await page.getByRole('button', { name: 'Show 1 change' }).click()
    await row.waitFor({ state: 'detached' })
    await world.ask('POST', '/tasks/1/resume')
    await page.getByRole('button', { name: 'Show 1 change' }).click({ timeout: 10_000 })
    await row.waitFor()
  },
)

test('tabs that are looked at share one stream, and the next one opens it when its holder goes', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await page.goto('/tasks')
  await page.waitForRequest((request) => stream(new URL(request.url())))
  const other = await page.context().newPage()
  const paths = asked(other)
  await other.goto('/tasks')
  await other.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()
  await other.waitForTimeout(2_000)
  expect(paths).not.toContain('/events')
  const taken = other.waitForRequest((request) => stream(new URL(request.url())))
  await page.close()
  await taken
})

test(
  'where the stream is blocked pages ask every five seconds; an old answer says so',
  { timeout: 60_000 },
  async () => {
    await using visited = await visit(browser(), world.admin)
    const { page } = visited
    await page.route(stream, (route) => route.abort())
    await page.goto('/tasks/1')
    await settled(page)
    await world.ask('POST', '/tasks/1/pause')
    await page.getByRole('main').getByText('Paused').waitFor({ timeout: 12_000 })
    await page.route('**/api/**', (route) => route.abort())
    const old = page.getByText(/^As of/).first()
    await old.waitFor({ timeout: 20_000 })
    await page.unroute('**/api/**')
    await old.waitFor({ state: 'detached', timeout: 20_000 })
  },
)
