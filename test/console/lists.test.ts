import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { visit } from './browser.ts'
import { settled } from './settled.ts'
import { useBrowser } from './use-browser.ts'
import { furnish, startWorld, type World } from './world.ts'

const SOON = { timeout: 20_000 }
const SLOW = { timeout: 120_000 }

const browser = useBrowser()
let world: World

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
const timeZone = 'America/Los_Angeles'
const schedules = {
  weekly: { every: 'week', on: 'monday', at: '03:00', timeZone, startOn: daysAgo(500) },
  monthly: { every: 'month', day: 1, at: '03:00', timeZone, startOn: daysAgo(800) },
  hourly: { every: 'hour', minute: 5, timeZone, startOn: daysAgo(10) },
  quarterly: { every: 'minutes', minutes: 15, timeZone, startOn: daysAgo(1) },
}

beforeAll(async () => {
  world = await startWorld()
  await furnish(world)
  // The page is looked at, not what they deliver
  const paused = Object.entries(schedules).map(([name, schedule]) => ({ name, schedule, paused: true }))
  const reports = Array.from({ length: 120 }, (_, index) => ({
    name: `report ${String(index).padStart(3, '0')}`,
    schedule: { every: 'day', at: '03:00', timeZone },
    paused: true,
  }))
  const tasks = [...paused, ...reports].map((task) => ({ ...task, source: 'market_insight', destination: 'acme prod' }))
  await world.ask('POST', '/apply', { tasks })
}, 240_000)
afterAll(() => world[Symbol.asyncDispose]())

/** The names of the tasks in the rows, in their order. */
const shown = (page: Page) => page.locator('tbody a[data-row]').allTextContents()
/** The same of the last days on the home page. */
const days = (page: Page) => page.getByRole('list', { name: /^Last 14 days of / })
const namesOf = (page: Page) => days(page).evaluateAll((lists) => lists.map((list) => list.getAttribute('aria-label')))

test(
  'the last days of every task are there, in pages and by name, and stand in the address',
  { timeout: 120_000 },
  async () => {
    await using visited = await visit(browser(), world.admin)
    const { page } = visited
    await page.goto('/')
    await settled(page)
    const first = await namesOf(page)
    expect(first).toHaveLength(50)
    await page.getByRole('button', { name: 'Next' }).click()
    await page.waitForURL(/cursor=/)
    // The page before stays until the next one is there
    await expect.poll(() => namesOf(page), SOON).not.toEqual(first)
    const second = await namesOf(page)
    await page.reload()
    await expect.poll(() => namesOf(page), SOON).toEqual(second)
    await page.goBack()
    await page.waitForURL((url) => !url.searchParams.has('cursor'))
    await page.getByRole('searchbox').fill('report 117')
    await page.waitForURL(/q=report/)
    await page.getByRole('list', { name: 'Last 14 days of report 117' }).waitFor()
    expect(await days(page).count()).toBe(1)
    await page.getByRole('searchbox').fill('nothing like that')
    await page.getByRole('button', { name: 'Clear the search' }).last().click()
    await page.getByRole('list', { name: 'Last 14 days of report 001' }).waitFor()
  },
)

test('the list of tasks comes back as it was left; a link with filters wins, and clearing forgets them', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await page.goto('/tasks')
  await page.getByRole('combobox', { name: 'Status' }).selectOption({ label: 'Paused' })
  await page.waitForURL(/status=paused/)
  await page.getByRole('link', { name: 'Home' }).click()
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
  await page.getByRole('navigation').getByRole('link', { name: 'Tasks' }).click()
  await page.waitForURL(/\/tasks\?status=paused/)
  await settled(page)
  expect(await page.getByRole('combobox', { name: 'Status' }).inputValue()).toBe('paused')

  await page.goto('/tasks?q=report%20117')
  await settled(page)
  expect(await shown(page)).toEqual(['report 117'])
  expect(await page.getByRole('combobox', { name: 'Status' }).inputValue()).toBe('')

  await page.goto('/tasks?q=nothing')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('link', { name: 'report 001' }).waitFor()
  await page.goto('/tasks')
  await settled(page)
  expect(new URL(page.url()).search).toBe('')

  const first = await shown(page)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.waitForURL(/cursor=/)
  await expect.poll(() => shown(page), SOON).not.toEqual(first)
  const second = await shown(page)
  await page.reload()
  await expect.poll(() => shown(page), SOON).toEqual(second)
})

test.each([
  ['weekly', /^\w+ \d+(, \d+)? – .+ GMT-[78]: missing$/],
  ['monthly', /^\w+ 1(, \d+)? – .+ GMT-[78]: missing$/],
  ['hourly', /, \d\d:00–\d\d:00 GMT-[78]: missing$/],
  ['quarterly', /, \d\d:(00|15|30|45)–\d\d:(00|15|30|45) GMT-[78]: missing$/],
])(
  'the calendar of a %s task is walked by keyboard, and each of its ranges is told with its offset',
  async (name, label) => {
    await using visited = await visit(browser(), world.admin)
    const { page } = visited
    const { id } = await world.ask<{ id: number }>('GET', `/tasks/${name}`)
    await page.goto(`/tasks/${id}`)
    const grid = page.getByRole('grid')
    await grid.waitFor()
    const cells = grid.getByRole('gridcell')
    expect(await cells.count()).toBeGreaterThan(8)
    await expect.poll(() => grid.getByRole('button').last().getAttribute('aria-label'), SOON).toMatch(label)
    // One stop for the key that leads from part to part
    expect(await grid.locator('[tabindex="0"]').count()).toBe(1)
    await grid.locator('[tabindex="0"]').focus()
    await page.keyboard.press('Home')
    const at = () => page.locator(':focus').getAttribute('aria-label')
    const first = await at()
    expect(first).toBe(await grid.getByRole('button').first().getAttribute('aria-label'))
    await page.keyboard.press('Shift+ArrowRight')
    expect(await at()).not.toBe(first)
    expect(await grid.getByRole('gridcell', { selected: true }).count()).toBeGreaterThanOrEqual(2)
    await page.keyboard.press('b')
    await page.getByRole('dialog').waitFor()
  },
)

test('another year of the calendar stands in the address, and what was chosen before is chosen no more', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  const { id } = await world.ask<{ id: number }>('GET', '/tasks/hourly')
  await page.goto(`/tasks/${id}`)
  await page.getByRole('grid').waitFor()
  await page.getByRole('grid').getByRole('button').last().click()
  await page.getByText('Backfill 1 range').waitFor()
  await page.goto('/tasks/1')
  await page.getByRole('grid').waitFor()
  await page.goto(`/tasks/1?until=${daysAgo(60)}`)
  await page.getByRole('grid').waitFor()
  const last = await page.getByRole('grid').getByRole('button').last().getAttribute('aria-label')
  await page.reload()
  await page.getByRole('grid').waitFor()
  expect(await page.getByRole('grid').getByRole('button').last().getAttribute('aria-label')).toBe(last)
  await page.getByRole('button', { name: 'Later' }).click()
  await page.waitForURL((url) => !url.searchParams.has('until'))
})

test('the activity of a task tells executions and changes, who made them, and what they changed', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await world.ask('PUT', '/tasks/quarterly', {
    name: 'quarterly',
    source: 'market_insight',
    destination: 'acme prod',
    schedule: { ...schedules.quarterly, minutes: 30 },
    paused: true,
  })
  const { id } = await world.ask<{ id: number }>('GET', '/tasks/quarterly')
  await page.goto(`/tasks/${id}?tab=activity`)
  const list = page.getByRole('list', { name: 'Activity' })
  await list.getByText('Task edited').waitFor()
  await list.getByRole('button', { name: 'Before and after' }).first().click()
  await page.getByRole('dialog').getByText('schedule.minutes').waitFor()
  await page.keyboard.press('Escape')
  await page.goto('/tasks/1?tab=activity&kind=changes')
  await list.getByText('Backfill started').first().waitFor()
  await page.getByRole('combobox', { name: 'Show' }).selectOption({ label: 'Executions' })
  await page.waitForURL(/kind=executions/)
  await settled(page)
  expect(await list.getByText('Backfill started').count()).toBe(0)
  const rows = () => list.getByRole('listitem').allTextContents()
  const first = await rows()
  await page.getByRole('button', { name: 'Older' }).click()
  await page.waitForURL(/cursor=/)
  await expect.poll(async () => (await rows()).length > 0 && (await rows())[0] !== first[0], SOON).toBe(true)
  const second = await rows()
  await page.reload()
  await expect.poll(rows, SOON).toEqual(second)
})

/** Lines of the log of an execution, straight into the hub's database: nothing that a test could wait for has so many. */
async function addLines(executionId: number | undefined, count: number): Promise<void> {
  const cluster = await realpath(join(world.hub.dataDir, 'postgres'))
  const client = new pg.Client(`postgres://datahub@localhost/postgres?host=${encodeURIComponent(cluster)}`)
  await client.connect()
  await client.query(
    `insert into execution_event (execution_id, attempt, step, message, level)
      select $1, 1, 'fail', 'again ' || n, 'info' from generate_series(1, $2::int) n`,
    [executionId, count],
  )
  await client.end()
}

test('the log of an execution is filtered by level, told by words and shapes, and searched whole', SLOW, async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  const { items } = await world.ask<{ items: { id: number; taskId: number }[] }>('GET', '/executions?task=4')
  await page.goto(`/tasks/4?execution=${items[0]?.id}`)
  const log = page.getByRole('list', { name: 'Log' })
  await log.waitFor()
  await addLines(items[0]?.id, 1200)
  await page.reload()
  const earlier = log.getByRole('button', { name: /^Show earlier lines/ })
  await earlier.waitFor()
  const all = await log.getByRole('listitem').count()
  await page.getByRole('combobox', { name: 'Level' }).selectOption({ label: 'Warnings and errors' })
  await earlier.waitFor({ state: 'detached' })
  const grave = await log.getByRole('listitem').allTextContents()
  expect(grave.length).toBeGreaterThan(0)
  expect(grave.length).toBeLessThan(all)
  expect(grave.every((line) => /warning|error/.test(line))).toBe(true)
  await page.getByRole('combobox', { name: 'Level' }).selectOption({ index: 0 })
  // Of the part that came first, and of the one that was read for it
  await page.getByRole('searchbox', { name: 'Find in the log' }).fill('again 77')
  await page.getByText('1 of 11').waitFor()
  await page.getByRole('searchbox', { name: 'Find in the log' }).fill('no such words')
  await page.getByText('0 of 0').waitFor()
})
