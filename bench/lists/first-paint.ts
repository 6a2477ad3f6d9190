import { buildConsole } from '@datahub/console/built'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../../test/console/browser.ts'
import type { Figure } from '../figure.ts'
import type { HubProcess } from '../hub-process.ts'

const GOAL = '≤ 1000'

/** Runs in the page. The frame after the next one begins when the rows are drawn. */
const MARK_ROWS = `
  new MutationObserver((_, seen) => {
    if (!document.querySelector('tbody tr')) return
    seen.disconnect()
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('rows')))
  }).observe(document, { childList: true, subtree: true })`

/** Built before the hub starts, which serves it. */
export async function prepareConsole(): Promise<void> {
  await buildConsole(() => undefined)
}

/**
 * How long a browser that knows nothing of the hub yet waits for the first rows of the list of tasks, and for how long
 * one that has been there before. From the beginning of the navigation until the frame with the rows is drawn.
 */
export async function measureFirstPaint(hub: HubProcess, visits: number): Promise<Figure[]> {
  await using browser = await launchBrowser()
  const [anew, again]: [number[], number[]] = [[], []]
  // The first one warms the server
  for (let n = 0; n <= visits; n += 1) {
    const [first, second] = await visitTwice(browser, hub)
    if (n === 0) continue
    anew.push(first)
    again.push(second)
  }
  return [
    { name: 'list of tasks in Chromium, first rows, p50', value: share(anew, 0.5), unit: 'ms', goal: GOAL },
    { name: 'list of tasks in Chromium, first rows, slowest', value: share(anew, 1), unit: 'ms', goal: GOAL },
    { name: 'list of tasks in Chromium, first rows again, p50', value: share(again, 0.5), unit: 'ms' },
  ]
}

async function visitTwice(browser: Browser, hub: HubProcess): Promise<[anew: number, again: number]> {
  await using context = await browser.newContext({
    baseURL: hub.url,
    extraHTTPHeaders: { Authorization: `Bearer ${hub.token}` },
    viewport: { width: 1280, height: 900 },
  })
  const page = await context.newPage()
  await page.addInitScript({ content: MARK_ROWS })
  const once = async () => {
    await page.goto('/tasks', { waitUntil: 'commit' })
    await page.waitForFunction(() => performance.getEntriesByName('rows').length > 0)
    return page.evaluate(() => performance.getEntriesByName('rows')[0]?.startTime ?? Number.NaN)
  }
  return [await once(), await once()]
}

function share(took: readonly number[], part: number): number {
  return took.toSorted((a, b) => a - b)[Math.ceil(took.length * part) - 1] ?? Number.NaN
}
