import { readdir, readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { consoleFolder } from '@datahub/console/built'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from './axe.ts'
import { ADMIN, visit } from './browser.ts'
import { addressOf, pages } from './pages.ts'
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

const looks = [
  { locale: 'en', theme: 'light' },
  { locale: 'en', theme: 'dark' },
  { locale: 'zh', theme: 'light' },
  { locale: 'zh', theme: 'dark' },
] as const

describe.each(looks)('in $locale and $theme', (look) => {
  test(
    'every page is readable by everybody, asks no other host and breaks no policy',
    { timeout: 400_000 },
    async () => {
      await using signedIn = await visit(browser(), world.admin, look)
      await using nobody = await visit(browser(), { url: world.hub.url, cookies: [] }, look)
      const problems: Record<string, string[]> = {}
      for (const one of pages) {
        const { name, isOpen, act } = one
        const { page } = isOpen ? nobody : signedIn
        await page.goto(addressOf(one, world))
        await settled(page)
        await act?.(page)
        await settled(page)
        const found = await accessibilityProblems(page)
        if (found.length > 0) problems[name] = found
        expect(await page.title()).toMatch(/^.+ · Data Hub$/)
      }
      expect(problems).toEqual({})
      expect([...signedIn.offences, ...nobody.offences]).toEqual([])
    },
  )
})

test('at 320 px no page scrolls sideways', { timeout: 400_000 }, async () => {
  const look = { width: 320, height: 700 }
  await using signedIn = await visit(browser(), world.admin, look)
  await using nobody = await visit(browser(), { url: world.hub.url, cookies: [] }, look)
  const wide: Record<string, number> = {}
  for (const one of pages) {
    const { name, isOpen, act } = one
    const { page } = isOpen ? nobody : signedIn
    await page.goto(addressOf(one, world))
    await settled(page)
    await act?.(page)
    await settled(page)
    const overflow = await page.locator('html').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
    if (overflow > 0) wide[name] = overflow
  }
  expect(wide).toEqual({})
})

test('who is not signed in comes to the sign-in page, and from there to where they wanted to go', async () => {
  await using visited = await visit(browser(), { url: world.hub.url, cookies: [] })
  const { page } = visited
  await page.goto('/destinations')
  await page.getByLabel('E-mail').fill(ADMIN.email)
  await page.getByLabel('Password', { exact: true }).fill('something else entirely')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Destinations' }).waitFor()
})

test('copying works on plain http as well', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await page.goto('/tasks/1?tab=files')
  await page.getByRole('button', { name: 'Copy Folder in the bucket' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
})

describe('what comes over the wire', () => {
  const KILOBYTE = 1000
  const budgets = { 'tasks-page': 190, 'home-page': 190, 'sign-in-page': 190 } as Readonly<Record<string, number>>

  test('the first route stays within 190 kB, any within 270 kB, all styles within 15 kB', async () => {
    const names = await readdir(`${consoleFolder}/assets`)
    const files = new Map<string, string>()
    for (const name of names.filter((name) => /\.(js|css)$/.test(name)))
      files.set(name, await readFile(`${consoleFolder}/assets/${name}`, 'utf8'))
    const size = (name: string) => gzipSync(files.get(name) ?? '', { level: 9 }).length
    const reached = (from: readonly string[]) => {
      const found = new Set<string>()
      const queue = [...from]
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        if (found.has(name) || !files.has(name)) continue
        found.add(name)
        // Static imports only: the others wait until they are needed
        for (const [, next = ''] of (files.get(name) ?? '').matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g))
          queue.push(next)
      }
      return [...found]
    }
    const page = await readFile(`${consoleFolder}/index.html`, 'utf8')
    const first = [...page.matchAll(/assets\/([^"']+)/g)].map(([, name = '']) => name)
    // Of the languages the larger one
    const language = names.find((name) => /^zh-.*js$/.test(name)) ?? ''
    const routes = names.filter((name) => /-page-.*js$/.test(name))
    // The frame around every page of somebody who is signed in
    const frame = names.filter((name) => /^layout-.*js$/.test(name))
    expect(frame).toHaveLength(1)
    const isOpen = (route: string) => /^(sign-in|setup|setup-link|invitation)-page-/.test(route)
    expect(routes.length).toBeGreaterThan(10)
    for (const route of routes) {
      const total = reached([...first, language, route, ...(isOpen(route) ? [] : frame)]).reduce(
        (sum, name) => sum + size(name),
        0,
      )
      const most = Object.entries(budgets).find(([name]) => route.startsWith(name))?.[1] ?? 270
      expect([route, total <= most * KILOBYTE, total]).toEqual([route, true, total])
    }
    const styles = names.filter((name) => name.endsWith('.css')).reduce((sum, name) => sum + size(name), 0)
    expect(styles).toBeLessThan(15 * KILOBYTE)
  })
})
