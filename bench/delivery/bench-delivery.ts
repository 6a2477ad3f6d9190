import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDatabase } from '../../test/parts/database.ts'
import { median, type Figure } from '../figure.ts'
import { makeAdsTable } from './ads-table.ts'
import { startS3Sink } from './s3-sink.ts'

const CLI = resolve(import.meta.dirname, '../../packages/cli/src/main.ts')
const QUERY = 'select * from market_insight_asin'

export interface DeliveryBenchOptions {
  readonly rows?: number
  readonly repetitions?: number
}

/**
 * PostgreSQL → package → S3, everything included: snapshot, staging, hashes, upload, verification, manifest, log. Beside
 * it, in turns, what the database alone needs (`psql COPY` to /dev/null) and what a careful person scripts (`psql | zip`,
 * without the upload).
 */
export async function benchDelivery({ rows = 1_000_000, repetitions = 3 }: DeliveryBenchOptions = {}): Promise<
  Figure[]
> {
  await using database = await createDatabase()
  await makeAdsTable(database.url, rows)
  const sink = await startS3Sink()
  const hub = await startHubProcess(sink.endpoint, database.url)
  const laps = { yardstick: [] as number[], script: [] as number[], ours: [] as number[] }
  try {
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      laps.yardstick.push(
        await time(() =>
          shell(`psql "$URL" -qc "copy (${QUERY}) to stdout (format csv, header)" > /dev/null`, database.url),
        ),
      )
      laps.ours.push(await hub.deliver())
      laps.script.push(
        await time(() =>
          shell(
            `psql "$URL" -qc "copy (${QUERY}) to stdout (format csv, header)" | zip -q - - > /dev/null`,
            database.url,
          ),
        ),
      )
    }
    const size = `${rows / 1e6} M rows`
    const [yardstick, script, ours] = [median(laps.yardstick), median(laps.script), median(laps.ours)]
    return [
      { name: `${size}: psql COPY to /dev/null, the yardstick`, value: yardstick, unit: 's' },
      {
        name: `${size}: PostgreSQL to package to S3`,
        value: ours,
        unit: 's',
        baseline: 'yardstick',
        ratio: ours / yardstick,
        goal: '≤ 1.15',
        peakRssMb: await hub.peakRssMb(),
      },
      {
        name: `${size}: the same, beside the script`,
        value: ours,
        unit: 's',
        baseline: 'psql | zip',
        ratio: ours / script,
        goal: '≤ 0.30',
      },
    ]
  } finally {
    await hub.stop()
    await sink.close()
  }
}

async function startHubProcess(endpoint: string, databaseUrl: string) {
  const folder = await mkdtemp(join(tmpdir(), 'datahub-bench-'))
  const { hostname: host, port, pathname, username: user } = new URL(databaseUrl)
  const definitions = {
    sources: [
      {
        name: 'ads',
        kind: 'postgres',
        connection: { host, port: Number(port), database: pathname.slice(1), user },
        reports: [{ table: 'market_insight_asin', from: 'public.market_insight_asin' }],
      },
    ],
    destinations: [
      {
        name: 'sink',
        kind: 's3',
        bucket: 'bench-bucket',
        region: 'us-east-1',
        accessKeyId: 'BENCH',
        secretAccessKey: 'bench',
        endpoint,
        pathStyle: true,
      },
    ],
    tasks: [
      {
        name: 'bench',
        source: 'ads',
        destination: 'sink',
        schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
        paused: true,
      },
    ],
  }
  await writeFile(join(folder, 'hub.yaml'), JSON.stringify(definitions))
  const env = {
    ...process.env,
    DATAHUB_DATA_DIR: folder,
    DATAHUB_PORT: String(20000 + Math.floor(Math.random() * 20000)),
    DATAHUB_EGRESS_ALLOW: '127.0.0.0/8',
    DATAHUB_LOG_LEVEL: 'warn',
  }
  const hub = spawn(process.execPath, [CLI, 'serve'], { env, stdio: ['ignore', 'inherit', 'inherit'] })
  const datahub = async (...words: string[]) => {
    const command = spawn(process.execPath, [CLI, ...words], { env, stdio: ['ignore', 'pipe', 'ignore'] })
    const output: Buffer[] = []
    command.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    const [code] = (await once(command, 'close')) as [number]
    return { code, text: Buffer.concat(output).toString() }
  }
  while ((await datahub('doctor')).code === 5) await sleep(200)
  const applied = await datahub('apply', '-f', join(folder, 'hub.yaml'))
  if (applied.code !== 0) throw new Error('the definitions of the bench were refused')
  return {
    /** Seconds from the trigger to the end of the execution. */
    async deliver() {
      const { text, code } = await datahub('task', 'run', 'bench', '--wait', '--json')
      if (code !== 0) throw new Error(`the delivery failed: ${text}`)
      const { triggeredAt, endedAt } = JSON.parse(text) as { triggeredAt: string; endedAt: string }
      return (Date.parse(endedAt) - Date.parse(triggeredAt)) / 1000
    },
    async peakRssMb() {
      const status = await readFile(`/proc/${hub.pid}/status`, 'utf8')
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
    },
    async stop() {
      const ended = once(hub, 'exit')
      hub.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function shell(command: string, url: string): Promise<void> {
  const child = spawn('bash', ['-c', command], {
    env: { ...process.env, URL: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number]
  if (code !== 0) throw new Error(`"${command}" ended with ${code}`)
}

async function time(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}
