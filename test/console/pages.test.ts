import { describe, expect, test } from 'vitest'
import { accessibilityProblems } from './axe.ts'
import { bareIn } from './bare.ts'
import { ADMIN, visit } from './browser.ts'
import { englishIn } from './english.ts'
import { pagesInEveryState } from './pages.ts'
import { useBrowser } from './use-browser.ts'
import { useTour } from './use-tour.ts'

const browser = useBrowser()
const tour = useTour()

/** Words know nothing of colours: both languages and both themes are seen, not every pair of them. */
const looks = [
  { locale: 'en', theme: 'light' },
  { locale: 'zh', theme: 'dark' },
] as const

describe.each(looks)('in $locale and $theme', (look) => {
  test(
    'every page and state is readable by everybody, asks no other host and breaks no policy',
    { timeout: 1_200_000 },
    async () => {
      await using guide = tour().begin(browser(), look)
      const problems: Record<string, string[]> = {}
      for (const one of pagesInEveryState) {
        const page = await guide.show(one)
        const found = await accessibilityProblems(page)
        if (!/^.+ · Data Hub$/.test(await page.title())) found.push(`the title is ${await page.title()}`)
        found.push(...(await bareIn(page)))
        if (look.locale === 'zh') found.push(...(await englishIn(page)))
        if (found.length > 0) problems[one.name] = found
      }
      expect(problems).toEqual({})
      expect(guide.offences()).toEqual([])
    },
  )
})

test('who is not signed in comes to the sign-in page, and from there to where they wanted to go', async () => {
  await using visited = await visit(browser(), { url: tour().furnished.hub.url, cookies: [] })
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
  await using visited = await visit(browser(), tour().furnished.admin)
  const { page } = visited
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await page.goto('/tasks/1?tab=files')
  await page.getByRole('button', { name: 'Copy Folder in the bucket' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
})

test('what is wrong in a form is told by the labels of its fields, and leads into them', async () => {
  await using visited = await visit(browser(), tour().furnished.admin)
  const { page } = visited
  await page.goto('/tasks/new')
  await page.locator('input[value=one-time]').check({ force: true })
  await page.getByRole('button', { name: 'Create task' }).click()
  const links = page.getByRole('alert').getByRole('link')
  await links.first().waitFor()
  for (const text of await links.allTextContents())
    expect(text).toMatch(/^(Name of the task|Data source|Report data range|Name of the destination): /)
  for (const [label, role] of [
    ['Data source', 'button'],
    ['Report data range', 'spinbutton'],
    ['Name of the task', 'textbox'],
  ] as const) {
    await links.filter({ hasText: label }).first().click()
    const input = page.getByRole(role, { name: label }).first()
    expect([label, await input.evaluate((one) => one === one.ownerDocument.activeElement)]).toEqual([label, true])
  }
})
