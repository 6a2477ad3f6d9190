import type { Page } from 'playwright-core'

/** The page is there with all that it asks for. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' })
  await page.waitForLoadState('networkidle')
  await page.locator('[role=status][aria-label]').first().waitFor({ state: 'detached' })
}
