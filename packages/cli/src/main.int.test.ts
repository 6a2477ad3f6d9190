import { spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { fakeHub } from './testing/fake-hub.ts'
import { sampleExecution, sampleTask, sampleTaskPage } from './testing/samples.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

function start(args: readonly string[], url: string) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, DATAHUB_URL: url } })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, ended, err: text(child.stderr) }
}

test('the real process gives its result to a pipe and ends with the code', async () => {
  const hub = await fakeHub({ 'GET /tasks': { body: sampleTaskPage(sampleTask()) } })
  const { child, ended, err } = start(['task', 'list', '--json'], hub.url)
  expect(JSON.parse(await text(child.stdout))).toHaveLength(1)
  expect(await ended).toBe(0)
  expect(await err).toBe('')
})

test('a reader that closes the pipe early, like head, hears no complaint', async () => {
  const tasks = Array.from({ length: 5_000 }, (_, index) => sampleTask({ id: index + 1 }))
  const hub = await fakeHub({ 'GET /tasks': { body: sampleTaskPage(...tasks) } })
  const { child, ended, err } = start(['task', 'list'], hub.url)
  child.stdout.once('data', () => child.stdout.destroy())
  expect(await ended).toBe(0)
  expect(await err).toBe('')
})

test('Ctrl-C while it waits ends it with 130 and tells how to look again', async () => {
  const running = sampleExecution({ status: 1, statusWords: 'running', endedAt: null })
  const hub = await fakeHub({
    'POST /tasks/161/run': { status: 202, body: running },
    'GET /executions/42': { body: running },
  })
  const { child, ended, err } = start(['task', 'run', '161', '--wait'], hub.url)
  child.stderr.once('data', () => child.kill('SIGINT'))
  expect(await ended).toBe(130)
  expect(await err).toContain('Look again with: datahub execution show 42\n')
})

test('a result that cannot be written is an error, not a stack', async () => {
  const hub = await fakeHub({ 'GET /tasks': { body: sampleTaskPage(sampleTask()) } })
  const full = await open('/dev/full', 'w')
  const child = spawn(process.execPath, [MAIN, 'task', 'list'], {
    env: { ...process.env, DATAHUB_URL: hub.url },
    stdio: ['ignore', full.fd, 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  expect(await text(child.stderr as Readable)).toBe(
    'Error: Could not write the result (ENOSPC).\nTry: Look for free space and rights.\n',
  )
  expect(await ended).toBe(1)
  await full.close()
})
