import { isFailed, type Status } from '@datahub/core/execution/status'
import type { Page } from 'playwright-core'
import { status as inEnglish } from '../../packages/console/src/i18n/en/status.ts'
import { status as inChinese } from '../../packages/console/src/i18n/zh/status.ts'

/** How an execution fails, in both languages: words that mean nothing else. */
const FAILURES = [inEnglish, inChinese].flatMap(({ execution }) =>
  execution.filter((_words, status) => isFailed(status as Status)),
)

/**
 * Times and statuses that stand bare: an instant without its offset, or whose zones are not told when one asks; a time of day
 * beside no zone; a status of an execution without its number or its shape. Code and logs are what they are.
 */
export function bareIn(page: Page): Promise<string[]> {
  return page.locator('html').evaluate((html, statuses) => {
    const document = html.ownerDocument
    const data = 'code, pre, kbd, textarea, time, option, [data-log]'
    const OFFSET = /(UTC|GMT([+-]\d{1,2}(:\d\d)?)?)(?![\w/])/
    const ZONE = /\b[A-Z]\w+(\/\w+)+|\bUTC\b/
    const CLOCK = /(?<![\d:.-])([01]?\d|2[0-4]):[0-5]\d(?![\d:])/
    const SHOW_TEXT = 4
    const found = new Set<string>()
    for (const time of document.querySelectorAll('time')) {
      const text = time.textContent ?? ''
      if (!OFFSET.test(text)) found.add(`bare time: ${text}`)
      if (!ZONE.test(time.getAttribute('title') ?? '')) found.add(`time whose zone is not told: ${text}`)
    }
    for (const mark of document.querySelectorAll('[data-execution-status]')) {
      const text = mark.textContent ?? ''
      if (!text.includes(`(${mark.getAttribute('data-execution-status')})`))
        found.add(`status without its number: ${text}`)
      if (mark.querySelector('svg') === null) found.add(`status without a shape: ${text}`)
    }
    const look = (text: string, around: string, where: string) => {
      if (CLOCK.test(text) && !OFFSET.test(around) && !ZONE.test(around)) found.add(`bare time in ${where}: ${text}`)
      if (statuses.includes(text.trim())) found.add(`status without its number in ${where}: ${text}`)
    }
    const walker = document.createTreeWalker(document.body, SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement
      if (element === null || element.closest(data) !== null || ['SCRIPT', 'STYLE'].includes(element.tagName)) continue
      // The zone may stand beside it, in the same line
      look(node.textContent ?? '', element.parentElement?.textContent ?? '', element.tagName.toLowerCase())
    }
    for (const element of document.querySelectorAll('[aria-label], [title]'))
      for (const name of ['aria-label', 'title']) {
        const text = element.getAttribute(name) ?? ''
        if (element.closest(data) === null) look(text, text, name)
      }
    return [...found]
  }, FAILURES)
}
