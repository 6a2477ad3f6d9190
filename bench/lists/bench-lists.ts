import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { createDatabase } from '../../test/parts/database.ts'
import { formatFigures, type Figure } from '../figure.ts'
import { startHubProcess, type HubProcess } from '../hub-process.ts'
import { measureFirstPaint, prepareConsole } from './first-paint.ts'
import { seedHistory } from './seed.ts'

const WARM_UP = 5

/** What the pages of the console ask for, over HTTP, with a history of `tasks` × `days` executions behind it; and the list of tasks in a browser. */
export async function benchLists({ tasks = 10_000, days = 100, requests = 100, visits = 10 } = {}): Promise<Figure[]> {
  await prepareConsole()
  await using store = await createDatabase()
  const hub = await startHubProcess({
    DATABASE_URL: store.url,
    DATAHUB_SECRET_KEY: randomBytes(32).toString('base64'),
    DATAHUB_SERVICES: 'api',
  })
  const client = new pg.Client({ connectionString: store.url })
  await client.connect()
  try {
    await seedHistory(client, tasks, days)
    const figures: Figure[] = []
    for (const [name, path] of Object.entries(pagesOf(tasks, days))) {
      figures.push(...(await measure(hub, name, path, requests)))
    }
    figures.push(...(await measureFirstPaint(hub, visits)))
    return figures
  } finally {
    await client.end()
    await hub.stop()
  }
}

/** `n` counts requests, so that none asks for what the one before it has just warmed. */
function pagesOf(tasks: number, days: number): Record<string, (n: number) => string> {
  const dayAgo = (count: number) => new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10)
  const oldDay = (n: number) => dayAgo(days - (n % Math.ceil(days / 2)))
  return {
    'executions, newest': () => '/executions',
    'executions, in the middle': (n) => `/executions?around=${1 + ((n * 7919) % (tasks * days))}`,
    'executions of a task': (n) => `/executions?task=${1 + ((n * 7919) % tasks)}`,
    'executions, failed': () => '/executions?status=7',
    'executions of an old data day, all tasks': (n) => `/executions?from=${oldDay(n)}&to=${oldDay(n)}`,
    'executions of an old data week, all tasks': (n) =>
      `/executions?from=${dayAgo(days - (n % 20))}&to=${dayAgo(days - 7 - (n % 20))}`,
    tasks: () => '/tasks',
    'tasks, text filter and sorted by name': (n) => `/tasks?sort=name&text=${(n % 256).toString(16).padStart(2, '0')}`,
    'tasks, status filter': (n) => `/tasks?status=${n % 2 ? 'scheduled' : 'paused'}`,
    home: () => '/home',
    'home, last days': () => '/home/days',
    'home, last days by name': (n) => `/home/days?text=${(n % 256).toString(16).padStart(2, '0')}`,
    'activity of a task': (n) => `/tasks/${1 + ((n * 7919) % tasks)}/activity`,
  }
}

async function measure(
  hub: HubProcess,
  name: string,
  path: (n: number) => string,
  requests: number,
): Promise<Figure[]> {
  for (let n = 0; n < WARM_UP; n += 1) await hub.get(path(n))
  const took: number[] = []
  const spent = (await hub.cpuSeconds()).all
  for (let n = 0; n < requests; n += 1) {
    const begun = performance.now()
    await hub.get(path(n + WARM_UP))
    took.push(performance.now() - begun)
  }
  // What it takes where others want the processor too
  const cpuMs = (((await hub.cpuSeconds()).all - spent) * 1000) / requests
  const sorted = took.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
  return [
    { name: `${name}, p50`, value: at(0.5), unit: 'ms' },
    { name: `${name}, p99`, value: at(0.99), unit: 'ms', goal: '≤ 50' },
    { name: `${name}, processor time of the hub`, value: cpuMs, unit: 'ms' },
  ]
}

if (import.meta.main) process.stdout.write(formatFigures(await benchLists()))
