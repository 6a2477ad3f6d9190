import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from './axe.ts'
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

const path = (page: Page) => new URL(page.url()).pathname

test('the palette finds tasks, executions by Request ID and file name, and pages', { timeout: 60_000 }, async () => {
  const { items } = await world.ask<{ items: { id: number; requestId: string; fileName: string }[] }>(
    'GET',
    '/executions?task=1&status=6&limit=1',
  )
  const [execution] = items
  await using visited = await visit(browser(), world.admin)
  const { page, offences } = visited
  const { keyboard } = page
  await page.goto('/')
  await settled(page)
  const find = async (text: string, option: RegExp) => {
    await keyboard.press('Control+k')
    await page.getByRole('searchbox', { name: /^Search tasks/ }).waitFor()
    await keyboard.type(text)
    await page.getByRole('menuitem', { name: option }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await keyboard.press('Enter')
  }
  await find('history', /^Market insight history/)
  await page.getByRole('heading', { level: 1, name: 'Market insight history' }).waitFor()
  for (const text of [execution?.requestId ?? '', execution?.fileName ?? '']) {
    await find(text, new RegExp(`^Execution ${execution?.id} `))
    await page.getByRole('heading', { level: 2, name: `Execution ${execution?.id}` }).waitFor()
    await keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await find('destin', /^Destinations/)
  await page.getByRole('heading', { level: 1, name: 'Destinations' }).waitFor()
  expect(offences).toEqual([])
})

test('single keys lead everywhere, mean nothing while one types, and can be switched off', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  const { keyboard } = page
  await page.goto('/')
  await settled(page)
  await keyboard.press('g')
  await keyboard.press('t')
  await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()
  await settled(page)
  await keyboard.press('j')
  await keyboard.press('j')
  await keyboard.press('k')
  await keyboard.press('j')
  const second = page.getByRole('row').nth(2).getByRole('link')
  expect(await second.evaluate((link) => link.matches(':focus'))).toBe(true)
  await keyboard.press('/')
  await keyboard.type('gh?')
  await page.waitForURL(/q=gh/)
  expect(path(page)).toBe('/tasks')
  await page.getByRole('heading', { level: 1 }).focus()
  await keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await sheet.waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByRole('switch').focus()
  await keyboard.press('Space')
  await keyboard.press('Escape')
  await sheet.waitFor({ state: 'detached' })
  await page.getByRole('heading', { level: 1 }).focus()
  await keyboard.press('g')
  await keyboard.press('h')
  await keyboard.press('?')
  await page.waitForTimeout(500)
  expect([path(page), await sheet.count()]).toEqual(['/tasks', 0])
})

test(
  'an execution tells its fault and stages; its log is searched; j leads to the next',
  { timeout: 60_000 },
  async () => {
    const { items } = await world.ask<{ items: { id: number }[] }>('GET', '/executions?task=4&limit=1')
    const id = items[0]?.id
    await using visited = await visit(browser(), world.admin)
    const { page, offences } = visited
    const { keyboard } = page
    await page.goto(`/tasks/4?tab=executions&execution=${id}`)
    await page.getByRole('heading', { level: 2, name: `Execution ${id}` }).waitFor()
    await page.getByRole('heading', { name: /^What happened/ }).waitFor()
    await page.getByText('Queued').first().waitFor()
    const find = page.getByRole('searchbox', { name: 'Find in the log' })
    await find.fill('e')
    await page.getByText(/^1 of \d+$/).waitFor()
    await find.press('Enter')
    await page.getByText(/^2 of \d+$/).waitFor()
    await find.press('Shift+Enter')
    await page.getByText(/^1 of \d+$/).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toBe(`execution_${id}.log`)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.goto('/tasks/1?tab=executions&execution=5')
    await page.getByRole('heading', { level: 2, name: 'Execution 5' }).waitFor()
    await settled(page)
    await keyboard.press('j')
    await page.getByRole('heading', { level: 2, name: /^Execution (?!5$)\d+$/ }).waitFor()
    expect(offences).toEqual([])
  },
)
