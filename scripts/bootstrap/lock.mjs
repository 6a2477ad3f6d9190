import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from './report.mjs'
import { root } from './root.mjs'

/** The holder touches its lock every second; one of another machine, untouched for this long, is taken to be dead. */
const staleAfterMs = 60_000
/** The same on this machine, where a process id can be asked for but may belong to a stranger by now. */
const abandonedAfterMs = 15 * 60_000

/**
 * Does `work` while no other process does, in this checkout; waits for one that is at it. `work` is given a function to
 * tell the process id of a child that works for it: should this process be killed, the lock lasts as long as the child.
 */
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
  const addHolder = (pid) => writeFileSync(path, content([process.pid, pid]))
  const release = () => rmSync(path, { force: true })
  const heartbeat = setInterval(() => touch(path), 1000)
  process.once('exit', release)
  try {
    return await work(addHolder)
  } finally {
    clearInterval(heartbeat)
    process.off('exit', release)
    release()
  }
}

function content(pids) {
  return JSON.stringify({ pids, host: hostname() })
}

function take(path) {
  try {
    writeFileSync(path, content([process.pid]), { flag: 'wx' })
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
    const { pids, host } = JSON.parse(readFileSync(path, 'utf8'))
    return host === hostname() ? !pids.some(isAlive) || ageMs(path) > abandonedAfterMs : ageMs(path) > staleAfterMs
  } catch {
    // Gone meanwhile, or being written, or left half-written by a machine that lost power.
    return ageMs(path) > staleAfterMs
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
