/**
 * `npm run screenshots [-- look or part of a page's name …]`: every page of pages.ts, in both languages and themes, and at 320 px,
 * and its states in the two that have both; as `.datahub/screenshots/<language>-<theme>/<page>.png`.
 *
 * `npm run screenshots -- guide`: those that the guide shows, in English and light, as `.datahub/screenshots/guide/<page>.png`.
 */
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { buildConsole } from '@datahub/console/built'
import type { Browser } from 'playwright-core'
import { installPrograms } from '../parts/install.ts'
import { launchBrowser, type Look } from './browser.ts'
import { pages, pagesInEveryState } from './pages.ts'
import { startTour } from './tour.ts'

const folder = resolve(import.meta.dirname, '../../.datahub/screenshots')
const looks: readonly (Look & { name: string; isWhole?: boolean })[] = [
  { name: 'en-light', locale: 'en', theme: 'light', isWhole: true },
  { name: 'en-dark', locale: 'en', theme: 'dark' },
  { name: 'zh-light', locale: 'zh', theme: 'light' },
  { name: 'zh-dark', locale: 'zh', theme: 'dark', isWhole: true },
  { name: 'en-320', locale: 'en', theme: 'light', width: 320, height: 700 },
]

/** What the guide shows: docs/images/console-….png are these, with fewer colours. */
const GUIDE = ['tasks', 'task-coverage', 'task-backfill-dialog', 'execution', 'home']
const guideLook = { name: 'guide', locale: 'en', theme: 'light', isWhole: true } as const

const asked = process.argv.slice(2)
const isForGuide = asked.includes('guide')
const words = asked.filter((word) => !looks.some(({ name }) => name === word))
const wantedLooks = looks.filter(({ name }) => words.length === asked.length || asked.includes(name))
const chosen = isForGuide
  ? GUIDE.flatMap((name) => pages.filter((page) => page.name === name))
  : pagesInEveryState.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))

installPrograms(process.env, tell)
await buildConsole(tell)
await using tour = await startTour({ isForGuide })
await using browser = await launchBrowser()
let pictures = 0
for (const look of isForGuide ? [guideLook] : wantedLooks) pictures += await photograph(browser, look)
process.stdout.write(`${pictures} pictures are in ${folder}\n`)

async function photograph(from: Browser, look: (typeof looks)[number]): Promise<number> {
  const place = resolve(folder, look.name)
  await mkdir(place, { recursive: true })
  await using guide = tour.begin(from, look)
  const wanted = look.isWhole ? chosen : chosen.filter((page) => pages.includes(page))
  for (const one of wanted) {
    const page = await guide.show(one)
    // The grey shapes, which come a moment after
    if (one.answers === 'held') await page.locator('[role=status][aria-label] > *').first().waitFor()
    await page.screenshot({ path: resolve(place, `${one.name}.png`), fullPage: look.width === 320 })
  }
  return wanted.length
}

function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}
