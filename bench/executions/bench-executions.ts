import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDatabase } from '../../test/parts/database.ts'
import { makeAdsTable } from '../delivery/ads-table.ts'
import { startS3Sink } from '../delivery/s3-sink.ts'
import { formatFigures, type Figure } from '../figure.ts'
import { adsDefinitions } from '../delivery/ads-definitions.ts'
import { startHubProcess, type HubProcess } from '../hub-process.ts'

const ROWS = 1_000

/** Small packages end to end, each an execution of its own: most tasks are small. One worker, then four processes. */
export async function benchExecutions({ tasks = 400 }: { tasks?: number } = {}): Promise<Figure[]> {
  const one = await deliverAll(tasks, 0)
  const four = await deliverAll(tasks, 3)
  const name = `packages of ${ROWS} rows, PostgreSQL to S3`
  return [
    { name: `${name}, one process`, value: one.perSecond, unit: '/s', peakRssMb: one.peakRssMb },
    { name: `${name}, CPU of the hub each`, value: one.cpuMs, unit: 'ms' },
    {
      name: `${name}, four processes`,
      value: four.perSecond,
      unit: '/s',
      baseline: 'one process',
      ratio: four.perSecond / one.perSecond,
      peakRssMb: four.peakRssMb,
    },
  ]
}

/** All tasks fall due at the same moment; from the first start to the last end, by the database's clock. */
async function deliverAll(tasks: number, moreWorkers: number) {
  await using source = await createDatabase()
  await using store = await createDatabase()
  await makeAdsTable(source.url, ROWS)
  const sink = await startS3Sink()
  const hub = await startHubProcess({ DATABASE_URL: store.url, DATAHUB_SECRET_KEY: randomBytes(32).toString('base64') })
  const client = new pg.Client({ connectionString: store.url })
  await client.connect()
  try {
    await hub.apply(adsDefinitions(source.url, sink.endpoint, tasks))
    for (let worker = 0; worker < moreWorkers; worker += 1) await hub.addProcess('worker')
    await hub.datahub('task', 'run', 'bench 1', '--wait') // the store is tried out, the code is warm
    await sleep(moreWorkers > 0 ? 3_000 : 0)
    return await measure(client, hub, tasks)
  } finally {
    await client.end()
    await hub.stop()
    await sink.close()
  }
}

async function measure(client: pg.Client, hub: HubProcess, tasks: number) {
  const before = await hub.cpuSeconds()
  await client.query(`update task set paused = false, next_fire_at = date_trunc('day', now()) + interval '3 hours'
    - case when date_trunc('day', now()) + interval '3 hours' > now() then interval '1 day' else interval '0' end`)
  const sql = `select count(*) filter (where status = 6)::int as delivered, count(*) filter (where status in (3, 5, 7, 8))::int as failed,
    extract(epoch from max(ended_at) - min(triggered_at))::float as seconds from execution where trigger = 'schedule'`
  for (;;) {
    const { rows } = await client.query<{ delivered: number; failed: number; seconds: number }>(sql)
    const [{ delivered, failed, seconds }] = rows as [(typeof rows)[0]]
    if (failed > 0) throw new Error(`${failed} executions failed`)
    if (delivered === tasks) {
      const cpu = (await hub.cpuSeconds()).all - before.all
      return { perSecond: tasks / seconds, cpuMs: (cpu / tasks) * 1000, peakRssMb: await hub.peakRssMb() }
    }
    await sleep(250)
  }
}

if (import.meta.main) process.stdout.write(formatFigures(await benchExecutions()))
