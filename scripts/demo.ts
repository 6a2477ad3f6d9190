/**
 * `npm run demo [-- --serve]`: a real delivery, end to end, on this machine: the hub on its embedded PostgreSQL, the
 * built-in sample data, a folder as the bucket, and a receiver who loads it. Everything it makes is under `.datahub/demo`.
 */
import { buildConsole } from '@datahub/console/built'
import { asDataHubError, DataHubError } from '@datahub/core/error/data-hub-error'
import { readConfig } from '@datahub/server/config'
import { startHub } from '@datahub/server/main'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import { makeReceiver, printCounts } from './demo/receiver.ts'
import { printSyncLogs, printTree } from './demo/show-bucket.ts'
import { verifyBucket } from './demo/verify-bucket.ts'

const root = resolve(import.meta.dirname, '..')
const home = join(root, '.datahub', 'demo')
const bucket = join(home, 'bucket')
const file = join(home, 'hub.yaml')
const daily = 'Market insight daily'
const history = 'Market insight history'
const lastYear = new Date().getUTCFullYear() - 1

const definitions = `# What the demo applies: edit it and apply it again
sources:
  - { name: market_insight, kind: sample }
destinations:
  - { name: local folder, kind: filesystem, path: ./bucket }
tasks:
  - name: ${daily}
    source: market_insight
    destination: local folder
    schedule: { every: day, at: "03:00", timeZone: America/Los_Angeles }
  - name: ${history}
    source: market_insight
    destination: local folder
    oneTime: { from: ${lastYear}-01-01, to: ${lastYear}-12-31 } # both days included
`

const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })
process.exitCode = await main().catch((error: unknown) => {
  const known = asDataHubError(error, 'finish the demo')
  console.error(`Error: ${known.message}\nTry: ${known.hint}`)
  return 1
})

async function main(): Promise<number> {
  await mkdir(home, { recursive: true })
  await writeFile(file, definitions)
  await buildConsole(console.log)
  heading('Starting Data Hub on its embedded PostgreSQL')
  const port = values.serve ? (process.env['DATAHUB_PORT'] ?? '8420') : '0'
  const config = readConfig({
    PATH: process.env['PATH'],
    DATAHUB_DATA_DIR: join(home, 'hub'),
    DATAHUB_PORT: port,
    DATAHUB_LOG_LEVEL: 'warn',
  })
  const hub = await startHub(config)
  const environment = { DATAHUB_URL: hub.url ?? '', DATAHUB_DATA_DIR: config.dataDir }
  console.log(`It listens on ${hub.url}; its data is in ${config.dataDir}`)
  try {
    heading('A data source, a destination, a recurring task and a one-time push, from a file')
    await datahub(['apply', '-f', file], environment)
    heading('The recurring task, now: yesterday’s data')
    await datahub(['task', 'run', daily, '--wait'], environment)
    heading(`The one-time push: all of ${lastYear}`)
    await datahub(['task', 'run', history, '--wait'], environment)
    heading('What stands in the bucket')
    await printTree(bucket)
    heading('The sync logs that a consumer reads')
    await printSyncLogs(bucket)
    heading('Every package against its manifest')
    const sound = await verifyBucket(bucket)
    if (!sound) return 1
    await receive(hub.databaseUrl, environment)
    tellWhatNext()
    if (values.serve) await untilInterrupted(hub.url ?? '', config.dataDir)
    return 0
  } finally {
    await hub.stop()
  }
}

/** The other side: a receiver loads what was delivered, twice, then what is delivered again. */
async function receive(databaseUrl: string, environment: Record<string, string>): Promise<void> {
  const into = await makeReceiver(databaseUrl)
  const load = async () => {
    for (const task of ['1', '2']) await loader(['load', '--bucket', bucket, '--task', task], into)
  }
  heading('The receiver loads every package into a database')
  await load()
  await printCounts(into)
  heading('Loading again changes nothing')
  await load()
  await printCounts(into)
  heading('A range is delivered again: the new rows replace the old ones')
  const [from, to] = [`${lastYear}-06-01`, `${lastYear}-06-30`]
  await datahub(['task', 'run', history, '--wait', '--from', from, '--to', to, '--json'], environment)
  await load()
  await printCounts(into)
}

/** One command of the command line, as a person would type it. */
async function datahub(words: string[], environment: Record<string, string>): Promise<void> {
  await run('datahub', 'packages/cli/src/main.ts', words, words, environment)
}

/** The receiver's command; the address of the database is shown as a receiver would have one. */
async function loader(words: string[], into: string): Promise<void> {
  const shown = [...words, '--into', 'postgres://…/receiver']
  await run('datahub-loader', 'packages/loader/src/main.ts', [...words, '--into', into], shown, {})
}

async function run(
  name: string,
  main: string,
  words: string[],
  shown: string[],
  environment: Record<string, string>,
): Promise<void> {
  const line = `${name} ${shown.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}`
  console.log(styleText('dim', `$ ${line}`))
  const stdout = words.includes('--json') ? 'ignore' : 'inherit'
  const command = spawn(process.execPath, [join(root, main), ...words], {
    stdio: ['inherit', stdout, 'inherit'],
    env: { ...process.env, ...environment },
  })
  const [code] = (await once(command, 'exit')) as [number | null]
  if (code !== 0) throw new DataHubError('hub.internal', `run ${line}`, { hint: 'What it said stands above.' })
}

function heading(text: string): void {
  console.log(`\n${styleText('bold', text)}`)
}

function tellWhatNext(): void {
  heading('What next')
  console.log(`  npm run demo                    deliver again: the history grows, nothing is overwritten
  npm run demo -- --serve         the same, and stay up
  less ${file}
  npm exec -- datahub --help      everything the command line can do
  docs/030-first-task.md          your own database, your own bucket`)
}

async function untilInterrupted(url: string, dataDir: string): Promise<void> {
  heading(`Data Hub stays up on ${url}. Press Ctrl-C to stop.`)
  console.log(`In another terminal: DATAHUB_DATA_DIR=${dataDir} npm exec -- datahub task list`)
  const alive = setInterval(() => undefined, 1 << 30)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  clearInterval(alive)
}
