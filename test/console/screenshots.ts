/**
 * `npm run screenshots [-- part of a page's name …]`: every page of pages.ts, in both languages and themes, and at 320 px,
 * as `.datahub/screenshots/<language>-<theme>/<page>.png`.
 */
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { buildConsole } from '@datahub/console/built'
import type { Browser } from 'playwright-core'
import { installPrograms } from '../parts/install.ts'
import { launchBrowser, visit, type Look } from './browser.ts'
import { addressOf, pages } from './pages.ts'
import { settled } from './settled.ts'
import { furnish, startWorld, type World } from './world.ts'

const folder = resolve(import.meta.dirname, '../../.datahub/screenshots')
const words = process.argv.slice(2)
const wanted = pages.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))

const looks: readonly (Look & { name: string })[] = [
  { name: 'en-light', locale: 'en', theme: 'light' },
  { name: 'en-dark', locale: 'en', theme: 'dark' },
  { name: 'zh-light', locale: 'zh', theme: 'light' },
  { name: 'zh-dark', locale: 'zh', theme: 'dark' },
  { name: 'en-320', locale: 'en', theme: 'light', width: 320, height: 700 },
]

installPrograms(process.env, tell)
await buildConsole(tell)
await using world = await startWorld()
await furnish(world)
await using browser = await launchBrowser()
for (const look of looks) await photograph(browser, world, look)
process.stdout.write(`${wanted.length * looks.length} pictures are in ${folder}\n`)

async function photograph(from: Browser, { hub, admin, links }: World, look: (typeof looks)[number]): Promise<void> {
  const place = resolve(folder, look.name)
  await mkdir(place, { recursive: true })
  await using signedIn = await visit(from, admin, look)
  await using nobody = await visit(from, { url: hub.url, cookies: [] }, look)
  for (const one of wanted) {
    const { name, isOpen, act } = one
    const { page } = isOpen ? nobody : signedIn
    await page.goto(addressOf(one, { links }))
    await settled(page)
    await act?.(page)
    await settled(page)
    await page.screenshot({ path: resolve(place, `${name}.png`), fullPage: look.width === 320 })
  }
}

function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}
