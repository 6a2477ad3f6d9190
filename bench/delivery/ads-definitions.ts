/** Definitions for a hub that delivers the ads table into a bucket: `tasks` paused daily tasks, `bench 1` and so on. */
export function adsDefinitions(databaseUrl: string, endpoint: string, tasks: number): object {
  const { hostname: host, port, pathname, username: user } = new URL(databaseUrl)
  const source = {
    kind: 'postgres',
    connection: { host, port: Number(port), database: pathname.slice(1), user },
    reports: [{ table: 'market_insight_asin', from: 'public.market_insight_asin' }],
  }
  return definitionsOf(source, endpoint, tasks)
}

/** The same for any source; it is named `ads`. */
export function definitionsOf(source: object, endpoint: string, tasks: number): object {
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
    tasks: Array.from({ length: tasks }, (_, index) => ({
      name: `bench ${index + 1}`,
      source: 'ads',
      destination: 'store',
      schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
      paused: true,
    })),
  }
}
