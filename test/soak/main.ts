/** `npm run soak`: hundreds of tasks for as long as you like; what a hub holds must not grow, and nothing be left over. */
import { parseArgs } from 'node:util'
import { startParts } from '../parts/start.ts'
import { isFlat, trendsOf } from './flat.ts'

const JUDGED_FROM_MINUTES = 5

const HELP = `npm run soak [-- options]

Runs a hub with hundreds of tasks on short schedules over networks that fail, and looks every five seconds at what it
holds. Then the tasks are paused, and everything comes to an end. Linux.

  --minutes <n>   how long; 10 where absent
  --tasks <n>     how many; 200 where absent. One of them sends its packages in parts, every minute
  --seed <n>      of chance; printed where absent

The verdict is flat when the line through the second half of the samples rises by no more than 15 % of the memory, 16 file
descriptors and 4 connections, which is judged from five minutes on; when no staged package and no open upload is left; and when each slot of each task has been
delivered once.
`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    tasks: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    help: { type: 'boolean', default: false },
  },
})

const code = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
})
// Node may wait for ever for the handle of a socket that was reset
process.exit(code)

async function main(): Promise<number> {
  const say = (line: string) => process.stdout.write(`${line}\n`)
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const [minutes, tasks, seed] = [numberOf('minutes'), numberOf('tasks'), numberOf('seed')]
  const parts = await startParts()
  try {
    Object.assign(process.env, parts.variables)
    // The parts are known by the environment from here on
    const { soak } = await import('./soak.ts')
    const report = await soak({ minutes, tasks, seed }, say)
    // Sooner, a hub has not yet met everything that it then keeps
    const trends = minutes >= JUDGED_FROM_MINUTES ? trendsOf(report.samples) : []
    for (const problem of report.problems.slice(0, 20)) say(`✗ ${problem}`)
    for (const trend of trends) {
      const [median, largest, rise, bound] = [trend.median, trend.largest, trend.rise, trend.bound].map((value) =>
        value.toFixed(0),
      )
      say(`${isFlat(trend) ? '✓' : '✗'} ${trend.name} median=${median} largest=${largest} rise=${rise} bound=${bound}`)
    }
    const count = (word: string) => report.problems.filter((problem) => problem.startsWith(word)).length
    const flat = trends.every(isFlat)
    const verdict = trends.length === 0 ? 'not-judged' : flat ? 'yes' : 'no'
    const [lost, doubled] = [count('lost:'), count('doubled:')]
    say(
      `soak minutes=${minutes} tasks=${tasks} delivered=${report.delivered} failed=${report.failed} networkFaults=${report.faults} ` +
        `flat=${verdict} staged=${report.staged} openUploads=${report.openUploads} lost=${lost} doubled=${doubled} seed=${seed}`,
    )
    return flat && report.staged + report.openUploads + report.problems.length === 0 ? 0 : 1
  } finally {
    await parts.stop()
  }
}

function numberOf(name: 'minutes' | 'tasks' | 'seed'): number {
  const value = Number(values[name])
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0, not ${values[name]}.`)
  return value
}
