import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { installPrograms } from './install.ts'

export interface RunningParts {
  /** What tests find the parts by. */
  readonly variables: Record<string, string>
  stop(): Promise<void>
}

/**
 * Installs what is missing and starts the parts in a process of their own, which stops them as soon as its stdin ends,
 * however we may end. Parts that the environment names already are used as they are. Throws MissingPrograms.
 */
export async function startParts(): Promise<RunningParts> {
  const tell = (sentence: string) => process.stderr.write(`${sentence}\n`)
  installPrograms(process.env, tell)
  const startedAt = performance.now()
  const keeper = spawn(process.execPath, [resolve(import.meta.dirname, 'main.ts')], {
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
