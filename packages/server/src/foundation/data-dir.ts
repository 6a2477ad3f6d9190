import { DataHubError } from '@datahub/core/error/data-hub-error'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** A data directory belongs to one hub at a time: its embedded database would otherwise be stopped under the other. */
export async function holdDataDir(dataDir: string): Promise<{ release(): Promise<void> }> {
  const path = join(dataDir, 'hub.pid')
  for (let tries = 0; ; tries += 1) {
    try {
      const file = await open(path, 'wx', 0o600)
      await file.writeFile(`${process.pid} ${startTicks(process.pid) ?? ''}\n`)
      await file.close()
      return { release: () => unlink(path).catch(() => undefined) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries > 3) throw error
    }
    const [pid = '', ticks = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ')
    if (isRunning(Number(pid), ticks)) {
      throw new DataHubError('hub.config', `use the data directory ${dataDir}`, {
        hint: `Another hub (process ${pid}) runs on it: stop that one, or set DATAHUB_DATA_DIR.`,
      })
    }
    await unlink(path).catch(() => undefined)
  }
}

/** A private folder for this process under the data directory; those of processes that died are removed. */
export async function makeTemporaryDir(dataDir: string): Promise<{ path: string; remove(): Promise<void> }> {
  const root = join(dataDir, 'tmp')
  await mkdir(root, { recursive: true, mode: 0o700 })
  for (const name of await readdir(root)) {
    const [pid = '', ticks = ''] = name.split('-')
    if (!isRunning(Number(pid), ticks)) await rm(join(root, name), { recursive: true, force: true })
  }
  const path = join(root, `${process.pid}-${startTicks(process.pid) ?? ''}-${randomBytes(3).toString('hex')}`)
  await mkdir(path, { mode: 0o700 })
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** A number is used again after a crash: the same process is one that began at the same tick. */
function isRunning(pid: number, ticks: string): boolean {
  if (!pid) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return ticks === '' || startTicks(pid) === ticks
}

function startTicks(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19]
  } catch {
    return undefined
  }
}
