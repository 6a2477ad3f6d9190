export interface Definitions {
  readonly sources: readonly object[]
  readonly destinations: readonly object[]
  readonly tasks: readonly object[]
}

/** Definitions for a hub that delivers the ads table into a bucket: `tasks` paused daily tasks, `bench 1` and so on. */
export function adsDefinitions(databaseUrl: string, endpoint: string, tasks: number): Definitions {
  const { hostname: host, port, pathname, username: user } = new URL(databaseUrl)
  const source = {
    kind: 'postgres',
    connection: { host, port: Number(port), database: pathname.slice(1), user },
    reports: [{ table: 'market_insight_asin', from: 'public.market_insight_asin' }],
  }
  return definitionsOf(source, endpoint, tasks)
}

/** The same for any source; it is named `ads`. */
export function definitionsOf(source: object, endpoint: string, tasks: number): Definitions {
  return {
    sources: [{ name: 'ads', ...source }],
    destinations: [
      {
        name: 'store',
        kind: 's3',
        bucket: 'bench-bucket',
        region: 'us-east-1',
        accessKeyId: 'BENCH',
        secretAccessKey: 'bench',
        endpoint,
        pathStyle: true,
      },
    ],
    tasks: Array.from({ length: tasks }, (_, index) => pausedTask(`bench ${index + 1}`, 'store')),
  }
}

/** The same, with a task `bench ceph` that delivers to one more destination. */
export function withCeph(definitions: Definitions, destination: object): Definitions {
  return {
    ...definitions,
    destinations: [...definitions.destinations, { ...destination, name: 'ceph' }],
    tasks: [...definitions.tasks, pausedTask('bench ceph', 'ceph')],
  }
}

function pausedTask(name: string, destination: string): object {
  return {
    name,
    source: 'ads',
    destination,
    schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
    paused: true,
  }
}
