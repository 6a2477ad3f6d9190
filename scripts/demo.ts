/**
 * `npm run demo [-- --serve]`: a real delivery, end to end, on this machine: the hub on its embedded PostgreSQL, the
 * built-in sample data, a folder as the bucket. Everything it makes is under `.datahub/demo`.
 */
import { asDataHubError, DataHubError } from '@datahub/core/error/data-hub-error'
import { readConfig } from '@datahub/server/config'
import { startHub } from '@datahub/server/main'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs, styleText } from 'node:util'
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
    tellWhatNext()
    if (values.serve) await untilInterrupted(hub.url ?? '', config.dataDir)
    return 0
  } finally {
    await hub.stop()
  }
}

/** One command of the command line, as a person would type it. */
async function datahub(words: string[], environment: Record<string, string>): Promise<void> {
  console.log(styleText('dim', `$ datahub ${words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}`))
  const command = spawn(process.execPath, [join(root, 'packages/cli/src/main.ts'), ...words], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  })
  const [code] = (await once(command, 'exit')) as [number | null]
  if (code !== 0) {
    throw new DataHubError('hub.internal', `run datahub ${words.join(' ')}`, { hint: 'What it said stands above.' })
  }
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
