import { connectTo } from '../client.ts'
import { findConnection } from '../connection.ts'
import { run } from '../run.ts'
import type { Output, World } from '../world.ts'

export interface TestWorld extends World {
  /** What was written so far. */
  readonly out: () => string
  readonly err: () => string
  readonly interrupt: () => void
}

interface Settings {
  readonly url?: string
  readonly cwd?: string
  readonly env?: Record<string, string>
  readonly stdin?: string
  readonly isTTY?: boolean
  /** Called with each sleep; the clock has moved by it already. */
  readonly onSleep?: (world: TestWorld) => void
}

/** A world in which nothing waits: the clock stands still but for `sleep`, and what is written is kept. */
export function testWorld(settings: Settings = {}): TestWorld {
  const { cwd = '/nowhere', stdin = '', isTTY = false, onSleep } = settings
  const interruption = new AbortController()
  const [stdout, stderr] = [keep(isTTY), keep(isTTY)]
  const env: Record<string, string> = { ...(settings.url && { DATAHUB_URL: settings.url }), ...settings.env }
  let nowMs = Date.parse('2026-11-22T12:00:00Z')
  const world: TestWorld = {
    stdout,
    stderr,
    out: stdout.text,
    err: stderr.text,
    interrupt: () => interruption.abort(),
    readStdin: async () => Buffer.from(stdin),
    env,
    cwd,
    clock: { now: () => new Date(nowMs) },
    sleep: async (ms) => {
      nowMs += ms
      onSleep?.(world)
    },
    interrupted: interruption.signal,
    connect: async (wanted) => connectTo(await findConnection(wanted, env, cwd), interruption.signal),
  }
  return world
}

/** Runs one command line in a world of its own. */
export async function runIn(
  settings: Settings,
  ...args: string[]
): Promise<{ code: number; out: string; err: string; world: TestWorld }> {
  const world = testWorld(settings)
  const code = await run(args, world)
  return { code, out: world.out(), err: world.err(), world }
}

function keep(isTTY: boolean): Output & { text: () => string } {
  let kept = ''
  return {
    write: (text) => void (kept += text),
    isTTY,
    columns: isTTY ? 80 : undefined,
    text: () => kept,
  }
}
