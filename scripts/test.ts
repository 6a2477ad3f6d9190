/**
 * `npm test [-- arguments for vitest]`: makes the real parts ready, runs all tests against them, stops the parts.
 * The last line of the output is the reporter's count.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'
import { installPrograms, MissingPrograms } from '../test/parts/install.ts'

const root = resolve(import.meta.dirname, '..')

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof MissingPrograms ? error.message : String(error)}\n`)
  return 1
})

async function main(args: string[]): Promise<number> {
  installPrograms(process.env, (sentence) => process.stderr.write(`${sentence}\n`))
  const parts = await startParts()
  try {
    return await runVitest(args, parts.variables)
  } finally {
    await parts.stop()
  }
}

/** Starts the parts in a process of their own, which stops them as soon as its stdin ends. */
async function startParts() {
  const startedAt = Date.now()
  const keeper = spawn(process.execPath, [resolve(root, 'test/parts/main.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const ended = once(keeper, 'exit')
  async function stop() {
    keeper.stdin.end()
    await ended
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => keeper.stdin.end())
  const variables: Record<string, string> = {}
  for await (const line of createInterface(keeper.stdout)) {
    if (line === 'ready') {
      process.stderr.write(`The real parts are up after ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`)
      return { variables, stop }
    }
    const [name = '', ...value] = line.split('=')
    variables[name] = value.join('=')
  }
  await ended
  throw new Error('The real parts did not start; what they said is above.')
}

async function runVitest(args: string[], variables: Record<string, string>): Promise<number> {
  const vitest = spawn(process.execPath, [resolve(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args], {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, ...variables },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => vitest.kill(signal))
  const [code, signal] = (await once(vitest, 'exit')) as [number | null, NodeJS.Signals | null]
  if (signal) process.stderr.write(`The tests were ended by ${signal}.\n`)
  return code ?? 1
}
