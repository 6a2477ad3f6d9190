import { join } from 'node:path'
import { HubProcess } from '../e2e/hub-process.ts'
import { becomeAdmin, type SignedIn } from './browser.ts'

/** A hub as people run it, its first administrator, and what there is to look at. */
export interface World extends AsyncDisposable {
  readonly hub: HubProcess
  readonly admin: SignedIn
  /** Codes of setup links, by what has become of them; empty until the world is furnished. */
  readonly links: { open: string; used: string; revoked: string }
  ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer>
}

/** `env`: settings of the hub beside those of every test. */
export async function startWorld(env: Readonly<Record<string, string>> = {}): Promise<World> {
  const hub = await HubProcess.start({ env })
  const admin = await becomeAdmin(hub)
  const ask = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${hub.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return (await response.json()) as Answer
  }
  const links = { open: '', used: '', revoked: '' }
  return { hub, admin, ask, links, [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose]() }
}

/** On a machine that many share. */
const FURNISHING_MS = 280_000

/** Two sources, two destinations, tasks of both kinds, one that delivers and one that is tried again. */
export async function furnish({ hub, ask, links }: World): Promise<void> {
  const year = new Date().getUTCFullYear() - 1
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
  await ask('POST', '/apply', {
    sources: [
      { name: 'market_insight', kind: 'sample' },
      { name: 'campaign_report', kind: 'sample', connection: { rowsPerDay: 40 } },
    ],
    destinations: [
      { name: 'acme prod', kind: 'filesystem', path: join(hub.folder, 'bucket') },
      {
        name: 'company-xnurta-data',
        kind: 's3',
        bucket: 'company-xnurta-data',
        region: 'us-east-1',
        endpoint: 'http://127.0.0.1:9',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'not-a-secret',
      },
    ],
    tasks: [
      {
        name: 'Market insight daily',
        source: 'market_insight',
        destination: 'acme prod',
        schedule: { every: 'day', at: '03:00', timeZone: 'America/Los_Angeles', startOn: daysAgo(100) },
      },
      {
        name: 'Campaign report hourly',
        source: 'campaign_report',
        destination: 'acme prod',
        schedule: { every: 'hour', minute: 5, timeZone: 'Asia/Shanghai' },
      },
      {
        name: 'Market insight history',
        source: 'market_insight',
        destination: 'acme prod',
        oneTime: { from: `${year}-01-01`, to: `${year}-03-31`, chunk: 'month' },
      },
      {
        name: 'Campaign report for China',
        source: 'campaign_report',
        destination: 'company-xnurta-data',
        schedule: { every: 'day', at: '01:30', timeZone: 'Asia/Shanghai' },
      },
    ],
  })
  await ask('POST', '/apply', {
    alertChannels: [
      { name: 'On call', kind: 'webhook', url: 'http://127.0.0.1:9/data-hub' },
      {
        name: '数据组',
        kind: 'feishu',
        language: 'zh',
        url: 'http://127.0.0.1:9/hook',
        alerts: ['failing', 'recovered'],
      },
    ],
  })
  for (const state of ['open', 'used', 'revoked'] as const) {
    const link = { destination: `${state} by link`, region: 'cn-north-1', bucket: 'company-xnurta-data' }
    const { id, code } = await ask<{ id: number; code: string }>('POST', '/setup-links', link)
    links[state] = code
    if (state === 'revoked') await ask('DELETE', `/setup-links/${id}`)
  }
  const handedOver = await fetch(`${hub.url}/api/v1/setup-link`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${links.used}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      bucket: 'company-xnurta-data',
      region: 'cn-north-1',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'not-a-secret',
    }),
  })
  if (!handedOver.ok) throw new Error(await handedOver.text())
  // Nobody listens there: two failed tests, one after the other, that somebody is told of
  for (let times = 0; times < 2; times += 1)
    await fetch(`${hub.url}/api/v1/destinations/company-xnurta-data/test`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
      body: '{}',
    }).then((response) => response.text())
  // Three days between the two are missing, and the newest are to come
  for (const [from, to] of [
    [100, 34],
    [30, 3],
  ] as const) {
    const range = { from: daysAgo(from), to: daysAgo(to) }
    await ask('POST', '/backfills', { task: 'Market insight daily', ...range, parallel: 8 })
  }
  const { id } = await ask<{ id: number }>('POST', '/tasks/Campaign%20report%20for%20China/run', {})
  const until = Date.now() + FURNISHING_MS
  while (Date.now() < until) {
    const backfills = await ask<{ state: string }[]>('GET', '/backfills')
    const alerts = await ask<{ items: object[] }>('GET', '/alerts')
    const { retryAt } = await ask<{ retryAt: string | null }>('GET', `/executions/${id}`)
    if (alerts.items.length > 0 && retryAt !== null && backfills.every(({ state }) => state === 'finished')) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the backfills or the first attempt do not end, or nobody is told of the failed test')
}
