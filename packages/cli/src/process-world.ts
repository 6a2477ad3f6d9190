import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { EXIT } from '@datahub/core/error/codes'
import { findConnection } from './connection.ts'
import type { Output, World } from './world.ts'

/** The world as it is: this process, its terminal and its clock. */
export function processWorld(): World {
  const interruption = new AbortController()
  // Once: a second Ctrl-C ends the process at once, should the first not do.
  process.once('SIGINT', () => interruption.abort())
  const { signal } = interruption
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    readStdin: () => buffer(process.stdin),
    env: process.env,
    cwd: process.cwd(),
    clock: { now: () => new Date() },
    sleep: (ms) => delay(ms, undefined, { signal }).catch(() => {}),
    interrupted: signal,
    connect: async (wanted) => {
      const { connectTo } = await import('./client.ts')
      return connectTo(await findConnection(wanted, process.env, process.cwd()), signal)
    },
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough, such as `head`, closes the pipe: the rest is for nobody, and no reason to complain.
    if (error.code === 'EPIPE' || stream === process.stderr) return
    process.stderr.write(`Error: Could not write the result (${error.code}).\nTry: Look for free space and rights.\n`)
    process.exit(EXIT.failed)
  })
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY,
    get columns() {
      return stream.isTTY ? stream.columns : undefined
    },
  }
}
