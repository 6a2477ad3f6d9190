import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type * as Axe from 'axe-core'
import type { Page } from 'playwright-core'

const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
let source: Promise<string> | undefined

/** What breaks WCAG 2.2 AA on the page as it stands, a line each: rule, element, and what is wrong with it. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  source ??= readFile(path, 'utf8')
  // Evaluated, not added as a script: the page's policy allows none but its own
  await page.evaluate(await source)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof Axe }
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    // The search field of the palette keeps the focus; its arrow keys walk through the options and scroll them
    const ofPalette = (id: string, html: string) => id === 'scrollable-region-focusable' && html.includes('role="menu"')
    return violations.flatMap(({ id, nodes }) =>
      nodes
        .filter(({ html }) => !ofPalette(id, html))
        .map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary ?? ''}`),
    )
  })
}
