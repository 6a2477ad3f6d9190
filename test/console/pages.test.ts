import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HubProcess } from '../e2e/hub-process.ts'
import { accessibilityProblems } from './axe.ts'
import { useBrowser, visit } from './browser.ts'
import { pages } from './pages.ts'

const browser = useBrowser()
let hub: HubProcess

beforeAll(async () => {
  hub = await HubProcess.start()
}, 120_000)
afterAll(() => hub[Symbol.asyncDispose]())

const looks = [
  { locale: 'en', theme: 'light' },
  { locale: 'zh', theme: 'dark' },
] as const

describe.each(looks)('in $locale and $theme', (look) => {
  test('every page is readable by everybody, asks no other host and breaks no policy', async () => {
    await using visited = await visit(browser(), hub, look)
    const { page, offences } = visited
    for (const { name, path } of pages) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      expect([name, await accessibilityProblems(page)]).toEqual([name, []])
      expect(await page.title()).toMatch(/^.+ · Data Hub$/)
    }
    expect(offences).toEqual([])
  })
})

test('who is not signed in comes to the sign-in page, and from there to where they wanted to go', async () => {
  await using visited = await visit(browser(), { url: hub.url, token: '' }, {})
  const { page } = visited
  await page.goto('/destinations')
  await page.getByLabel('API token', { exact: true }).fill(hub.token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Destinations' }).waitFor()
})
