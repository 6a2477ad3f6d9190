import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from './report.mjs'
import { root } from './root.mjs'

/** The holder touches its lock every second; untouched for this long, it is taken to be dead (or on a lost machine). */
const staleAfterMs = 60_000

/** Does `work` while no other process does, in this checkout; waits for one that is at it. */
export async function withLock(work, folder = join(root, '.toolchain')) {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'bootstrap.lock')
  let told = false
  while (!take(path)) {
    if (removeIfStale(path)) continue
    if (!told) say('Another process is making this checkout ready; waiting for it …')
    told = true
    await sleep(250)
  }
  const release = () => rmSync(path, { force: true })
  const heartbeat = setInterval(() => touch(path), 1000)
  process.once('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    process.off('exit', release)
    release()
  }
}

function take(path) {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/**
 * Removes a lock whose holder is gone. Of several processes that see the same dead holder only one may remove the file,
 * or the second would remove the lock the first has just taken; so judging and removing happen under a lock of their
 * own, held for no longer than these few synchronous calls.
 */
function removeIfStale(path) {
  const guard = `${path}.removing`
  if (!take(guard)) {
    if (ageMs(guard) > staleAfterMs) rmSync(guard, { force: true })
    return false
  }
  try {
    const stale = isStale(path)
    if (stale) rmSync(path, { force: true })
    return stale
  } finally {
    rmSync(guard, { force: true })
  }
}

function isStale(path) {
  try {
    if (ageMs(path) > staleAfterMs) return true
    const holder = JSON.parse(readFileSync(path, 'utf8'))
    return holder.host === hostname() && !isAlive(holder.pid)
  } catch {
    // Gone meanwhile, or not written to the end yet: not stale, and the next look will tell.
    return false
  }
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date())
  } catch {
    // Somebody removed the folder under us; the work at hand will notice if it matters.
  }
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs
  } catch {
    return 0
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
