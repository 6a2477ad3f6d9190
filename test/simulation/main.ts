/** `npm run simulate`: many histories of the real delivery code over a simulated world, and what must hold in each. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { readBugs } from '../planted/planted-bug.ts'
import type { Report } from './run.ts'

const HELP = `npm run simulate [-- options]

Runs the real code of delivery, sync log, dispatch, executions, backfills and loader over a simulated clock, network, S3,
database and crashes, and checks every history. The same seed is the same history.

  --histories <n>   how many; 2000 where absent
  --seed <n>        the first one's seed; 1 where absent
  --workers <n>     processes; one per core where absent
  --trace           tell what happened in each history (best with --histories 1)
  --planted <bug>   plant one of test/planted/bugs, and stop at the first history that finds it
  --bugs            for every planted bug that names a number of histories: it must be found within them

  npm run simulate -- --histories 100000
  npm run simulate -- --histories 1 --seed 44 --trace
`

interface Totals {
  histories: number
  executions: number
  delivered: number
  failed: Report[]
}

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    trace: { type: 'boolean', default: false },
    planted: { type: 'string' },
    bugs: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 1
})

async function main(): Promise<number> {
  if (values.help) return say(HELP)
  const [histories, seed, workers] = [wholeNumber('histories'), wholeNumber('seed'), wholeNumber('workers')]
  if (values.bugs) return findBugs(seed, workers)
  if (values.planted !== undefined) return (await findBug(values.planted, histories, seed, workers)) ? 0 : 1
  const startedAt = performance.now()
  const totals = await run({ histories, seed, workers })
  const seconds = (performance.now() - startedAt) / 1000
  const count = (word: string) =>
    totals.failed.filter(({ violations }) => violations.some((one) => one.includes(` ${word}`))).length
  const other = totals.failed.filter(({ violations }) => !violations.some((one) => / (lost|doubled|changed)/.test(one)))
  process.stdout.write(
    `histories=${totals.histories} lost=${count('lost')} doubled=${count('doubled')} changed=${count('changed')} other=${other.length} ` +
      `executions=${totals.executions} delivered=${totals.delivered} seconds=${seconds.toFixed(0)} perSecond=${(totals.histories / seconds).toFixed(0)}\n`,
  )
  return totals.failed.length === 0 ? 0 : 1
}

/** Each bug that the simulation is there for, and how many histories it took. */
async function findBugs(seed: number, workers: number): Promise<number> {
  let missed = 0
  for (const { id, histories } of readBugs()) {
    if (histories === undefined) continue
    if (!(await findBug(id, histories, seed, workers))) missed += 1
  }
  process.stdout.write(`bugs missed=${missed}\n`)
  return missed === 0 ? 0 : 1
}

async function findBug(id: string, histories: number, seed: number, workers: number): Promise<boolean> {
  if (!readBugs().some((bug) => bug.id === id))
    throw new Error(`There is no planted bug "${id}"; see npm run planted -- --list`)
  const { failed, histories: tried } = await run({ histories, seed, workers, planted: id, isQuiet: true })
  const first = failed.toSorted((a, b) => a.seed - b.seed)[0]
  process.stdout.write(
    first
      ? `✓ ${id.padEnd(34)} found in history ${first.seed - seed + 1}: ${first.violations[0]}\n`
      : `✗ ${id.padEnd(34)} not found in ${tried} histories\n`,
  )
  return first !== undefined
}

interface RunOptions {
  readonly histories: number
  readonly seed: number
  readonly workers: number
  readonly planted?: string
  readonly isQuiet?: boolean
}

/** Shares the seeds out among processes; with a planted bug everybody stops at the first that is found. */
async function run({ histories, seed, workers, planted, isQuiet }: RunOptions): Promise<Totals> {
  const totals: Totals = { histories: 0, executions: 0, delivered: 0, failed: [] }
  const children: ChildProcess[] = []
  let toldAt = performance.now()
  const hear = (report: Report) => {
    totals.histories += 1
    totals.executions += report.executions
    totals.delivered += report.delivered
    if (values.trace) process.stdout.write(`${report.trace.join('\n')}\n`)
    if (report.violations.length > 0) {
      totals.failed.push(report)
      if (!isQuiet) process.stdout.write(`${failureLine(report)}\n`)
      if (planted !== undefined) for (const child of children) child.kill()
    }
    if (!isQuiet && performance.now() - toldAt > 10_000) {
      toldAt = performance.now()
      process.stderr.write(
        `${totals.histories} of ${histories} histories, ${totals.failed.length} violated something\n`,
      )
    }
  }
  const count = Math.min(workers, histories)
  await Promise.all(Array.from({ length: count }, (_, index) => runWorker(index, count)))
  return totals

  async function runWorker(index: number, stride: number): Promise<void> {
    const child = spawn(
      process.execPath,
      [
        // Histories make much that is gone at once: with room for it the collector has a tenth of the work
        '--max-semi-space-size=64',
        '--import',
        join(import.meta.dirname, 'substitute.ts'),
        join(import.meta.dirname, 'run.ts'),
        String(seed + index),
        String(stride),
        String(seed + histories),
        String(values.trace),
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ...(planted === undefined ? {} : { DATAHUB_PLANTED: planted }) },
      },
    )
    children.push(child)
    const over = once(child, 'exit') as Promise<[number | null]>
    for await (const line of createInterface(child.stdout)) hear(JSON.parse(line) as Report)
    const [code] = await over
    if (code !== 0 && !child.killed)
      throw new Error(`A process of the simulation ended with ${code}; what it said is above.`)
  }
}

function failureLine({ seed, violations }: Report): string {
  return `✗ ${violations[0]}${violations.length > 1 ? ` (and ${violations.length - 1} more)` : ''}   replay: npm run simulate -- --histories 1 --seed ${seed} --trace`
}

function wholeNumber(name: 'histories' | 'seed' | 'workers'): number {
  const value = Number(values[name])
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} must be a whole number from 1 on, not ${values[name]}.`)
  return value
}

function say(text: string): number {
  process.stdout.write(text)
  return 0
}
