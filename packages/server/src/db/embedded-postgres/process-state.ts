import { readFile } from 'node:fs/promises'

/** What a process id stands for at this moment. A zombie is a dead server that nobody has reaped yet. */
export type ProcessState = 'gone' | 'zombie' | 'postgres' | 'other'

export async function processState(pid: number): Promise<ProcessState> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone'
  }
  // macOS has no /proc: there a live process named in postmaster.pid is taken for the server
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (stat === undefined) return process.platform === 'linux' ? 'gone' : 'postgres'
  if (/\) [ZX] /.test(stat)) return 'zombie'
  return /^\d+ \(postgres/.test(stat) ? 'postgres' : 'other'
}
