import type { Page } from 'playwright-core'
import { quietMs } from './browser.ts'

const QUIET_MS = 400

/** The page is there with all that it asks for. Its stream of changes never ends, and is not waited for. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' })
  while (quietMs(page) < QUIET_MS) await page.waitForTimeout(50)
  await page.locator('[role=status][aria-label]').first().waitFor({ state: 'detached' })
}
