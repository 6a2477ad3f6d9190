import type { Page } from 'playwright-core'

/** What stands in Latin letters on a Chinese page and is no sentence of ours. */
const NAMES =
  /\b(Data Hub|Amazon S3|Amazon Ads|Bucket Name|Access Key ID|Secret Access Key|Region|Market insight (daily|history)|Campaign report (hourly|for China)|acme prod|(open|used|revoked) by link|local command line|On call|Zhou Min|setup link for|api, dispatcher, worker, rescuer, cleaner|datahub [a-z]+ [a-z]+|nothing like that|File Send Time|Grace|AWS CLI|API token|Reports of all marketplaces for the data team in D\S+( Reports of)?)\b/g

/**
 * English that is left on a Chinese page: runs of three words or more, in what is read and in what is read out. Code and
 * logs are what they are; names are data.
 */
export function englishIn(page: Page): Promise<string[]> {
  return page.locator('html').evaluate((html, names) => {
    const document = html.ownerDocument
    const data = 'code, pre, kbd, textarea, time, [lang=en], [data-log]'
    const SHOW_TEXT = 4
    const found = new Set<string>()
    const look = (text: string | null | undefined, where: string) => {
      const rest = (text ?? '').replaceAll(new RegExp(names, 'g'), ' ')
      // Paths, settings, addresses and file names are no words
      for (const run of rest.match(/(?<![\w./@:-])[A-Za-z][a-z']*[,:;]?( [A-Za-z][a-z']*[,:;]?){2,}(?![\w/@-])/g) ?? [])
        found.add(`English in ${where}: ${run}`)
    }
    const walker = document.createTreeWalker(document.body, SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement
      if (element && element.closest(data) === null && !['SCRIPT', 'STYLE'].includes(element.tagName))
        look(node.textContent, element.tagName.toLowerCase())
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        if (element.closest('[data-log]') === null) look(element.getAttribute(name), name)
    look(document.title, 'title')
    return [...found]
  }, NAMES.source)
}
