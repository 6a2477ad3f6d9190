/**
 * `npm test [-- arguments for vitest]`: makes the real parts ready, runs all tests against them, stops the parts.
 * The last line on stdout is the reporter's count.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { installPrograms, MissingPrograms } from '../test/parts/install.ts'

interface RunningParts {
  variables: Record<string, string>
  stop(): Promise<void>
}

const root = resolve(import.meta.dirname, '..')
const interruption = new AbortController()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort(signal))

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof MissingPrograms ? error.message : String(error)}\n`)
  return 1
})

async function main(args: string[]): Promise<number> {
  installPrograms(process.env, tell)
  const parts = await startParts()
  try {
    return await runVitest(args, parts.variables)
  } finally {
    await parts.stop()
  }
}

/** Starts the parts in a process of their own, which stops them as soon as its stdin ends, however we may end. */
async function startParts(): Promise<RunningParts> {
  const startedAt = performance.now()
  const keeper = spawn(process.execPath, [resolve(root, 'test/parts/main.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const ended = once(keeper, 'exit')
  async function stop() {
    keeper.stdin.end()
    await ended
  }
  const variables: Record<string, string> = {}
  for await (const line of createInterface(keeper.stdout)) {
    if (line === 'ready') {
      tell(`The real parts are up after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`)
      return { variables, stop }
    }
    const [name = '', ...value] = line.split('=')
    variables[name] = value.join('=')
  }
  await ended
  throw new Error('The real parts did not start; what they said is above.')
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
