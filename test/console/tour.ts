import { join } from 'node:path'
import type { Browser, Page, Route } from 'playwright-core'
import { accept, visit, type Look, type SignedIn, type Visit } from './browser.ts'
import { addressOf, type PageUnderTest, type Places } from './pages.ts'
import { settled } from './settled.ts'
import { furnish, startWorld, type World } from './world.ts'

/** The hubs in which all pages can be seen in all states. */
export interface Tour extends AsyncDisposable {
  readonly furnished: World
  /** With a look of its own. Whoever is needed signs in when they are. */
  begin(browser: Browser, look: Look): Guide
}

export interface Guide extends AsyncDisposable {
  /** Goes to a page and leads it into its state. */
  show(one: PageUnderTest): Promise<Page>
  /** Of all pages so far, see `Visit`. */
  offences(): string[]
}

/** What everybody asks for, whatever the page. */
const OF_THE_FRAME = /\/api\/v1\/(me|sign-in|setup|workspaces|notices|events)(\?|$)/
const API = '**/api/v1/**'

/** `isForGuide`: with names as people give them, and none of a hundred characters. */
export async function startTour({ isForGuide = false } = {}): Promise<Tour> {
  const furnished = await startWorld()
  await furnish(furnished)
  const fresh = await startWorld()
  const places = {
    links: furnished.links,
    waiting: await waitingExecution(furnished),
    longName: isForGuide ? '' : await addLongNames(furnished),
  }
  const viewer = await makeViewer(furnished)
  return {
    furnished,
    begin: (browser, look) => guide(browser, look, { furnished, fresh, viewer }, places),
    async [Symbol.asyncDispose]() {
      await furnished[Symbol.asyncDispose]()
      await fresh[Symbol.asyncDispose]()
    },
  }
}

interface Hubs {
  readonly furnished: World
  readonly fresh: World
  readonly viewer: SignedIn
}

function guide(browser: Browser, look: Look, { furnished, fresh, viewer }: Hubs, places: Places): Guide {
  const visits = new Map<SignedIn, Promise<Visit>>()
  const begun: Visit[] = []
  const nobody = { url: furnished.hub.url, cookies: [] }
  const pageFor = async ({ by, hub }: PageUnderTest): Promise<Page> => {
    const who = hub === 'new' ? fresh.admin : by === 'nobody' ? nobody : by === 'viewer' ? viewer : furnished.admin
    const opened = visits.get(who) ?? forgetful(visit(browser, who, look))
    visits.set(who, opened)
    const known = await opened
    if (!begun.includes(known)) begun.push(known)
    return known.page
  }
  return {
    async show(one) {
      const page = await pageFor(one)
      // What an earlier page has left open must not answer for this one
      await page.unrouteAll({ behavior: 'ignoreErrors' })
      if (one.answers === 'held' || one.answers === 'failed') await page.route(API, answering(one.answers))
      await page.goto(addressOf(one, places))
      if (one.answers === 'held') {
        await page.locator('[role=status][aria-label]').first().waitFor()
        return page
      }
      await settled(page)
      if (one.answers === 'lost') {
        await page.route(API, answering('failed'))
        await page.locator('h1').first().focus()
        await page.keyboard.press('r')
        await page
          .locator('main [role=status]')
          .filter({ has: page.locator('time') })
          .first()
          .waitFor()
      }
      await one.act?.(page)
      if (one.act) await settled(page)
      return page
    },
    offences: () => begun.flatMap((known) => known.offences),
    async [Symbol.asyncDispose]() {
      for (const opened of visits.values()) await (await opened)[Symbol.asyncDispose]()
    },
  }
}

/** What a page remembers for another time, such as filters and drafts, must not be in the next one's picture. */
async function forgetful(opening: Promise<Visit>): Promise<Visit> {
  const opened = await opening
  await opened.page.addInitScript(() => {
    const preferences = localStorage.getItem('datahub.preferences')
    sessionStorage.clear()
    localStorage.clear()
    if (preferences !== null) localStorage.setItem('datahub.preferences', preferences)
  })
  return opened
}

function answering(how: 'held' | 'failed') {
  return async (route: Route) => {
    if (OF_THE_FRAME.test(route.request().url())) return route.fallback()
    if (how === 'held') return
    await route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: 'urn:datahub:error:hub.internal',
        title: 'something unexpected happened in the hub',
        status: 500,
        code: 'hub.internal',
        detail:
          route.request().headers()['accept-language'] === 'zh'
            ? 'Data Hub 内部发生意外错误。'
            : 'Something unexpected happened in the hub.',
        cure:
          route.request().headers()['accept-language'] === 'zh'
            ? '查看 Data Hub 在该时间前后的日志并反馈。'
            : 'Look at the log of the hub around this time and report it.',
        errors: [],
        facts: { requestId: '3f0e9a52-0000-4000-8000-000000000000' },
      }),
    })
  }
}

/** The name of a destination. */
async function addLongNames({ hub, ask }: World): Promise<string> {
  const longName = `${'Reports of all marketplaces for the data team in Düsseldorf '.repeat(2).slice(0, 60)}${'x'.repeat(40)}`
  await ask('POST', '/destinations', { name: longName, kind: 'filesystem', path: join(hub.folder, 'bucket', 'long') })
  await ask('POST', '/tasks', {
    name: '所有站点的广告报表'.repeat(11).slice(0, 100),
    source: 'market_insight',
    destination: longName,
    schedule: { every: 'hour', minute: 5, timeZone: 'America/Argentina/Buenos_Aires' },
    paused: true,
  })
  return longName
}

async function waitingExecution({ ask }: World): Promise<number> {
  const { items } = await ask<{ items: { id: number }[] }>('GET', '/executions?task=4&limit=1')
  return items[0]?.id ?? 0
}

async function makeViewer({ hub, ask }: World): Promise<SignedIn> {
  const user = { name: 'Grace', email: 'grace@example.com', role: 'viewer' }
  const { invitation } = await ask<{ invitation: { code: string } }>('POST', '/users', user)
  return accept(hub, invitation.code)
}
