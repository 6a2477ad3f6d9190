import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { withLock } from './lock.mjs'

let folder
let path

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'datahub-lock-'))
  path = join(folder, 'bootstrap.lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('lets one work at a time, and the next after a failure too', async () => {
  let atWork = 0
  const work = (fails) => async () => {
    expect(++atWork).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    atWork -= 1
    if (fails) throw new Error('failed')
    return 'done'
  }
  const results = await Promise.allSettled([true, false, false].map((fails) => withLock(work(fails), folder)))
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  expect(existsSync(path)).toBe(false)
})

it('takes over from a process that is gone', async () => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  writeFileSync(path, JSON.stringify({ pids: [pid], host: hostname() }))
  expect(await withLock(async () => 'done', folder)).toBe('done')
})

it('takes over from another machine that has not been heard of for a minute', async () => {
  writeFileSync(path, JSON.stringify({ pids: [1], host: 'elsewhere' }))
  const longAgo = new Date(Date.now() - 61_000)
  utimesSync(path, longAgo, longAgo)
  expect(await withLock(async () => 'done', folder)).toBe('done')
})

it('waits as long as a child of a killed process is at work', async () => {
  const { pid: gone } = spawnSync(process.execPath, ['--version'])
  writeFileSync(path, JSON.stringify({ pids: [gone, process.pid], host: hostname() }))
  let taken = false
  const waiting = withLock(async () => (taken = true), folder)
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(taken).toBe(false)
  rmSync(path)
  await waiting
  expect(taken).toBe(true)
})
