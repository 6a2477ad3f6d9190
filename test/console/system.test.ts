import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from './axe.ts'
import { visit } from './browser.ts'
import { useBrowser } from './use-browser.ts'
import { startWorld, type World } from './world.ts'

const browser = useBrowser()
let world: World

beforeAll(async () => {
  // Nobody works here: the page has to say so
  world = await startWorld({ DATAHUB_SERVICES: 'api,cleaner' })
}, 180_000)
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

test('a hub without a worker says so above every page, and where to look', { timeout: 90_000 }, async () => {
  await using visited = await visit(browser(), world.admin)
  const { page, offences } = visited
  await page.goto('/tasks')
  const notices = page.getByRole('region', { name: 'Notices about the hub' })
  await notices.getByText('No worker is running').waitFor()
  await notices.getByText('No dispatcher is running').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  await notices.getByRole('link', { name: 'Details' }).first().click()
  await page.getByRole('table', { name: 'Processes' }).getByText('No worker').waitFor()
  const settings = page.getByRole('table', { name: 'Settings' })
  await settings.getByRole('row', { name: /^DATAHUB_SERVICES api,cleaner Environment/ }).waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download diagnostics' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^datahub-diagnostics-.*\.json$/)
  const bundle = await readFile(await download.path(), 'utf8')
  expect(JSON.parse(bundle)).toMatchObject({ notices: [{ code: 'no_worker' }, { code: 'no_dispatcher' }] })
  expect(offences).toEqual([])
})

test('the API is described without another host, with a command to copy for each operation', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page, offences } = visited
  await page.goto('/help/api')
  await page.getByRole('searchbox', { name: 'Search operations' }).fill('run now')
  const entry = page.getByRole('button', { name: /POST \/tasks\/\{task\}\/run/ })
  await entry.press('Enter')
  await page.getByText(`curl -X POST '${world.hub.url}/api/v1/tasks/<task>/run'`).waitFor()
  await page.getByText('operator', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Copy Command' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(page.url()).toContain('q=run')
  expect(await accessibilityProblems(page)).toEqual([])
  expect(offences).toEqual([])
})
