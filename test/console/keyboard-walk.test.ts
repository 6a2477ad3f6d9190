import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { visit } from './browser.ts'
import { pages } from './pages.ts'
import { settled } from './settled.ts'
import { useBrowser } from './use-browser.ts'
import { useTour } from './use-tour.ts'

const browser = useBrowser()
const tour = useTour()

/** Of lists that go on and on the beginning is walked. */
const MOST_STOPS = 60

interface Stop {
  readonly name: string
  /** Undefined: the focus has left the page. */
  readonly problem: string | undefined
  readonly isPage: boolean
}

/** What has the focus: whether a part of it at least can be seen (2.4.11), and that it has the focus (2.4.7). */
function stopAt(page: Page): Promise<Stop> {
  return page.locator('html').evaluate((html) => {
    const document = html.ownerDocument
    const element = document.activeElement
    if (!element || element === document.body) return { name: '', problem: undefined, isPage: false }
    const text = String(element.getAttribute('aria-label') ?? element.textContent).slice(0, 40)
    const name = `${element.tagName.toLowerCase()} ${text}`
    // What is drawn for an input that is hidden itself stands around it
    const isDrawn = element.matches('input[type=radio], input[type=checkbox], [role=switch]')
    const shown = isDrawn ? (element.closest('label') ?? element) : element
    const isSeen = () => {
      for (const { left, top, width, height } of shown.getClientRects())
        for (const [x = 0, y = 0] of [
          [0.5, 0.5],
          [0.05, 0.5],
          [0.95, 0.5],
          [0.5, 0.1],
          [0.5, 0.9],
        ]) {
          const on = document.elementFromPoint(left + width * x, top + height * y)
          if (on !== null && (shown.contains(on) || on.contains(shown))) return true
        }
      return false
    }
    const isMarked = () => {
      for (const one of [
        shown,
        ...shown.querySelectorAll('*'),
        shown.parentElement,
        shown.closest('label, [role=group]'),
      ]) {
        const style = one && document.defaultView.getComputedStyle(one)
        if (style && style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2) return true
        if (style && /\b0px 0px 0px [2-9]/.test(style.boxShadow)) return true
      }
      return false
    }
    if (!isSeen()) {
      const [box] = shown.getClientRects()
      const on = box && document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
      const place = box ? `${Math.round(box.left)}, ${Math.round(box.top)}` : 'nowhere'
      return { name, problem: `cannot be seen at ${place} for ${on?.outerHTML.slice(0, 120)}`, isPage: true }
    }
    return { name, problem: isMarked() ? undefined : 'does not show that it has the focus', isPage: true }
  })
}

/** A page that is still being drawn gets a moment before it is blamed. */
async function drawnStopAt(page: Page): Promise<Stop> {
  for (let looks = 0; ; looks += 1) {
    const stop = await stopAt(page)
    if (stop.problem === undefined || looks === 20) return stop
    // What came later above it may have pushed it out of the window; what hides it inside the window still does
    await page
      .locator(':focus')
      .scrollIntoViewIfNeeded({ timeout: 1000 })
      .catch(() => undefined)
    await page.waitForTimeout(100)
  }
}

describe.each([
  ['as wide as a desk', {}],
  ['at 320 px', { width: 320, height: 640 }],
])('by Tab, %s', (_how, look) => {
  test('one comes through every page and out of it, and sees where one is', { timeout: 900_000 }, async () => {
    await using guide = tour().begin(browser(), look)
    const problems: Record<string, string[]> = {}
    for (const one of pages) {
      const page = await guide.show(one)
      const found: string[] = []
      let stops = 0
      for (let tabs = 0; tabs < MOST_STOPS; tabs += 1) {
        await page.keyboard.press('Tab')
        const { name, problem, isPage } = await drawnStopAt(page)
        // Whoever begins behind the last thing on the page comes round to the first one
        if (!isPage && tabs === 0) continue
        if (!isPage) break
        stops += 1
        if (problem !== undefined) found.push(`${name} ${problem}`)
      }
      if (stops === 0) found.push('nothing can be reached')
      const overflow = await page.locator('html').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
      if (overflow > 0) found.push(`scrolls sideways by ${overflow} px`)
      if (found.length > 0) problems[one.name] = [...new Set(found)]
    }
    expect(problems).toEqual({})
    expect(guide.offences()).toEqual([])
  })
})

test(
  'a dialog keeps the focus, Escape closes it, and the focus returns to what opened it',
  { timeout: 600_000 },
  async () => {
    await using guide = tour().begin(browser(), {})
    const problems: Record<string, string> = {}
    for (const one of pages.filter(({ isDialog }) => isDialog)) {
      const page = await guide.show({ ...one, act: rememberOpener(one.act) })
      const dialog = page.locator('[role=dialog], [role=alertdialog]').last()
      for (let tabs = 0; tabs < 12; tabs += 1) {
        await page.keyboard.press('Tab')
        if (!(await dialog.evaluate((element) => element.contains(element.ownerDocument.activeElement))))
          problems[one.name] = 'loses the focus'
      }
      // A list of choices opens where one comes to it, and is closed first
      if (await page.getByRole('listbox').isVisible()) await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
      try {
        await dialog.waitFor({ state: 'detached', timeout: 10_000 })
      } catch {
        problems[one.name] = 'Escape does not close it'
        continue
      }
      const isBack = () =>
        page.locator('html').evaluate((html) => {
          const { opener } = globalThis as { opener?: unknown }
          return opener === undefined || opener === html.ownerDocument.activeElement
        })
      await expect.poll(isBack, { message: `${one.name}: the focus is not where it was`, timeout: 10_000 }).toBe(true)
    }
    expect(problems).toEqual({})
  },
)

/** Keeps what had the focus before the dialog took it. A menu that leads to a dialog was opened by its button. */
function rememberOpener(act: ((page: Page) => Promise<void>) | undefined) {
  return async (page: Page) => {
    await page.locator('html').evaluate((html) => {
      const document = html.ownerDocument
      const seen = globalThis as { opener?: unknown }
      const dialogs = '[role=dialog], [role=alertdialog]'
      delete seen.opener
      document.addEventListener('focusin', () => {
        const focused = document.activeElement
        const isInside = focused.closest(`${dialogs}, [role=menu]`)
        if (!isInside && !document.querySelector(dialogs) && focused !== document.body) seen.opener = focused
      })
    })
    await act?.(page)
  }
}

test(
  'a token is revoked and a user removed by keys alone, after a question that Escape answers with no',
  { timeout: 120_000 },
  async () => {
    const { ask, admin } = tour().furnished
    await ask('POST', '/tokens', { name: 'of the old script', role: 'viewer' })
    await ask('POST', '/users', { name: 'Leaving', email: 'leaving@example.com', role: 'viewer' })
    const names = async (path: string) => (await ask<{ name: string }[]>('GET', path)).map(({ name }) => name)
    await using visited = await visit(browser(), admin)
    const { page, offences } = visited
    const { keyboard } = page
    const question = page.getByRole('alertdialog')
    const answerYes = async () => {
      await question.waitFor()
      // The way out has the focus; what is done comes after it
      await keyboard.press('Tab')
      await keyboard.press('Enter')
      await question.waitFor({ state: 'detached' })
    }

    await page.goto('/settings?tab=tokens')
    await settled(page)
    const revoke = page.getByRole('button', { name: 'Revoke of the old script' })
    await revoke.focus()
    await keyboard.press('Enter')
    await question.waitFor()
    await keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
    expect(await names('/tokens')).toContain('of the old script')
    await revoke.focus()
    await keyboard.press('Enter')
    await answerYes()
    await expect.poll(() => names('/tokens')).not.toContain('of the old script')

    await page.goto('/settings')
    await settled(page)
    await page.getByRole('button', { name: 'More actions: Leaving' }).focus()
    await keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Remove from the workspace' }).waitFor()
    await keyboard.press('End')
    await keyboard.press('Enter')
    await answerYes()
    await expect.poll(() => names('/users')).not.toContain('Leaving')
    expect(offences).toEqual([])
  },
)
