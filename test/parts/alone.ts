import { rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** No work done alone takes this long; whoever holds the lock for longer was killed. */
const staleAfterMs = 30_000

/** Does `work` while no other test process does any for the same endpoint. */
export async function alone<Result>(endpoint: string, work: () => Promise<Result>): Promise<Result> {
  const lock = join(tmpdir(), `datahub-test-${new URL(endpoint).host.replaceAll(/\W/g, '-')}.lock`)
  while (!take(lock)) await sleep(10)
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, '', { flag: 'wx' })
    return true
  } catch {
    const takenAtMs = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - takenAtMs > staleAfterMs) rmSync(lock, { force: true })
    return false
  }
}
