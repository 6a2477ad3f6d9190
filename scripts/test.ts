/**
 * `npm test [-- arguments for vitest]`: makes the real parts ready, runs all tests against them, stops the parts.
 * The last line on stdout is the reporter's count.
 */
import { buildConsole } from '@datahub/console/built'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { MissingPrograms } from '../test/parts/install.ts'
import { startParts } from '../test/parts/start.ts'

const root = resolve(import.meta.dirname, '..')
const interruption = new AbortController()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort(signal))

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof MissingPrograms ? error.message : String(error)}\n`)
  return 1
})

async function main(args: string[]): Promise<number> {
  await buildConsole(tell)
  const parts = await startParts()
  try {
    return await runVitest(args, parts.variables)
  } finally {
    await parts.stop()
  }
}

/** Runs the tests and gives back the exit code. An interruption ends them, and the code says so. */
async function runVitest(args: string[], variables: Record<string, string>): Promise<number> {
  const { signal } = interruption
  if (signal.aborted) return exitCodeOf(signal.reason)
  const vitest = spawn(process.execPath, [resolve(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args], {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, ...variables },
  })
  signal.addEventListener('abort', () => vitest.kill(signal.reason))
  const [code, endedBy] = (await once(vitest, 'exit')) as [number | null, NodeJS.Signals | null]
  if (endedBy) tell(`The tests were ended by ${endedBy}.`)
  return code ?? exitCodeOf(endedBy)
}

/** As a shell counts it. */
function exitCodeOf(signal: NodeJS.Signals | null): number {
  return signal ? 128 + constants.signals[signal] : 1
}

function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}
