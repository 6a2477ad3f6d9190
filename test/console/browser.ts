import { chromium, type Browser, type Page, type Request } from 'playwright-core'
import { chromium as executablePath } from '../parts/install.ts'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** How long a page may take that shares its machine with many. */
const PATIENCE_MS = 60_000

/** Debian's Chromium; nothing is downloaded. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: FLAGS,
  })
}

export interface Look {
  readonly locale?: 'en' | 'zh'
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
  /** Another host that may be asked: `http://127.0.0.1:4711`. */
  readonly alsoAsks?: string
}

/** A hub, and the cookies of somebody who is signed in there; none: of nobody. */
export interface SignedIn {
  readonly url: string
  readonly cookies: readonly { name: string; value: string }[]
}

export const ADMIN = { name: 'Zhou Min', email: 'zhou@example.com', password: 'correct horse battery' }

/** Makes the first administrator with the code that the hub has printed, and is that administrator. */
export function becomeAdmin(hub: { url: string; log: string }): Promise<SignedIn> {
  const code = /enter this code:\s+(\S+)/.exec(hub.log)?.[1]
  return enter(hub.url, '/setup', { code, ...ADMIN })
}

/** Takes an invitation, and is whom it invites. */
export function accept(hub: { url: string }, code: string): Promise<SignedIn> {
  return enter(hub.url, '/invitation', { code, password: 'a long rather odd password' })
}

async function enter(url: string, path: string, body: object): Promise<SignedIn> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`nobody is signed in: ${await response.text()}`)
  const cookies = response.headers.getSetCookie().map((cookie) => {
    const [pair = ''] = cookie.split(';')
    return { name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1) }
  })
  return { url, cookies }
}

/** A page of a browser of its own that is signed in, and what it must never do: ask another host, break the policy. */
export interface Visit extends AsyncDisposable {
  readonly page: Page
  /** Requests to other hosts, violations of the content security policy and errors of scripts. */
  readonly offences: string[]
}

export async function visit(browser: Browser, hub: SignedIn, look: Look = {}): Promise<Visit> {
  const { locale = 'en', theme = 'light', width = 1280, height = 900, alsoAsks } = look
  const context = await browser.newContext({
    baseURL: hub.url,
    locale: locale === 'zh' ? 'zh-CN' : 'en-US',
    colorScheme: theme,
    timezoneId: 'Asia/Shanghai',
    viewport: { width, height },
    reducedMotion: 'reduce',
  })
  await context.addCookies(hub.cookies.map((cookie) => ({ ...cookie, url: hub.url })))
  await context.addInitScript((preferences) => {
    if (localStorage.getItem('datahub.preferences') === null) localStorage.setItem('datahub.preferences', preferences)
  }, JSON.stringify({ locale, theme }))
  const offences: string[] = []
  const host = new URL(hub.url).host
  await context.route('**/*', (route) => {
    const url = new URL(route.request().url())
    if (url.host === host || url.origin === alsoAsks || url.protocol === 'data:')
      // A request that a page had answers of its own for, which were taken back meanwhile, is handled already
      return route.continue().catch(() => undefined)
    offences.push(`asked ${url.href}`)
    return route.abort()
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  watchRequests(page)
  page.on('pageerror', (error) => offences.push(`threw ${error.message}`))
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !/Failed to load resource/.test(text)) offences.push(`said ${text}`)
  })
  return { page, offences, [Symbol.asyncDispose]: () => context.close() }
}

/** Requests that are under way, and since when there are none. */
const requests = new WeakMap<Page, { open: Set<Request>; since: number }>()

function watchRequests(page: Page): void {
  const traffic = { open: new Set<Request>(), since: performance.now() }
  requests.set(page, traffic)
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') traffic.open.add(request)
  })
  const over = (request: Request) => {
    if (traffic.open.delete(request)) traffic.since = performance.now()
  }
  page.on('requestfinished', over)
  page.on('requestfailed', over)
}

/** For how long the page of a visit has asked for nothing; its stream of changes, which never ends, does not count. */
export function quietMs(page: Page): number {
  const traffic = requests.get(page)
  return traffic && traffic.open.size === 0 ? performance.now() - traffic.since : 0
}
