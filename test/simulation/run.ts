/** One process of the simulation: the histories of every so many-th seed, a line of JSON each. */
import { install } from './clock.ts'

export interface Report {
  readonly seed: number
  readonly violations: readonly string[]
  readonly executions: number
  readonly delivered: number
  readonly trace: readonly string[]
}

const [first = 1, stride = 1, end = 2] = process.argv.slice(2, 5).map(Number)
const withTrace = process.argv[5] === 'true'

// Errors are values here, by the thousand; nobody reads where they come from
if (!withTrace) Error.stackTraceLimit = 0
install()
const { runHistory } = await import('./history.ts')
// Code whose machine was killed in the middle of something is nobody's business any more
process.on('unhandledRejection', (error) => {
  if (!isExpected(error)) throw error
})

for (let seed = first; seed < end; seed += stride) {
  const report: Report = { seed, ...(await runHistory(seed, withTrace)) }
  process.stdout.write(`${JSON.stringify(report)}\n`)
}

function isExpected(error: unknown): boolean {
  return (
    ['FencedOut', 'DataHubError'].includes((error as Error)?.name) || (error as { code?: string })?.code !== undefined
  )
}
