import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const CLI = resolve(import.meta.dirname, '../packages/cli/bin/datahub.js')
/** Linux counts the time of processes in these. */
const TICKS_PER_SECOND = 100

export interface HubProcess {
  readonly url: string
  /** Of the local administrator; empty where the hub has no API. */
  readonly token: string
  /** Runs the command line against the hub; throws unless it ends with 0. */
  datahub(...words: string[]): Promise<string>
  apply(definitions: object): Promise<void>
  /** Reads a path of its API whole; throws unless it is there. */
  get(path: string): Promise<void>
  /** One more process of the same hub, for these services only. */
  addProcess(...services: string[]): Promise<void>
  /** CPU seconds of its processes so far, by kind of thread. */
  cpuSeconds(): Promise<CpuSeconds>
  /** The largest resident set of any of its processes so far. */
  peakRssMb(): Promise<number>
  stop(): Promise<void>
}

export type CpuSeconds = Readonly<Record<'main' | 'deflate' | 'other' | 'all', number>>

/** A hub as a user has it, on its embedded PostgreSQL or on one that is given. */
export async function startHubProcess(settings: NodeJS.ProcessEnv = {}): Promise<HubProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'datahub-bench-'))
  const env = {
    ...process.env,
    DATAHUB_DATA_DIR: folder,
    DATAHUB_PORT: String(20_000 + Math.floor(Math.random() * 20_000)),
    DATAHUB_EGRESS_ALLOW: '127.0.0.0/8',
    DATAHUB_LOG_LEVEL: 'warn',
    ...settings,
  }
  const run = async (...words: string[]) => {
    const command = spawn(process.execPath, [CLI, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const [output, complaints] = [[], []] as [Buffer[], Buffer[]]
    command.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    command.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
    const [code] = (await once(command, 'close')) as [number]
    return { code, text: Buffer.concat(code === 0 ? output : complaints).toString() }
  }
  const datahub = async (...words: string[]) => {
    const { code, text } = await run(...words)
    if (code !== 0) throw new Error(`datahub ${words.join(' ')} ended with ${code}: ${text}`)
    return text
  }
  const start = (extra: NodeJS.ProcessEnv) =>
    spawn(process.execPath, [CLI, 'serve'], { env: { ...env, ...extra }, stdio: 'ignore' })

  const processes: ChildProcess[] = [start({})]
  while ((await run('doctor')).code === 5) await sleep(200)
  const token = (await readFile(join(folder, 'token'), 'utf8').catch(() => '')).trim()
  const url = `http://127.0.0.1:${env.DATAHUB_PORT}`
  return {
    url,
    token,
    datahub,
    async get(path) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        headers: { Authorization: `Bearer ${token}` },
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`GET ${path} answers ${answer.status}: ${text}`)
    },
    async apply(definitions) {
      await writeFile(join(folder, 'hub.yaml'), JSON.stringify(definitions))
      await datahub('apply', '-f', join(folder, 'hub.yaml'))
    },
    async addProcess(...services) {
      const dataDir = join(folder, `process-${processes.length}`)
      processes.push(start({ DATAHUB_SERVICES: services.join(','), DATAHUB_DATA_DIR: dataDir }))
    },
    cpuSeconds: async () => sumOf(await Promise.all(processes.map(({ pid }) => cpuSecondsOf(pid)))),
    peakRssMb: async () => Math.max(...(await Promise.all(processes.map(({ pid }) => peakRssMbOf(pid))))),
    async stop() {
      const ended = processes.filter((child) => child.exitCode === null).map((child) => once(child, 'exit'))
      for (const child of processes.toReversed()) child.kill('SIGTERM')
      await Promise.all(ended)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function cpuSecondsOf(pid: number | undefined): Promise<CpuSeconds> {
  const seconds = { main: 0, deflate: 0, other: 0, all: 0 }
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const spent = (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND
    seconds[stat.includes('(WorkerThread)') ? 'deflate' : Number(thread) === pid ? 'main' : 'other'] += spent
    seconds.all += spent
  }
  return seconds
}

function sumOf(parts: readonly CpuSeconds[]): CpuSeconds {
  const sum = (kind: keyof CpuSeconds) => parts.reduce((seconds, part) => seconds + part[kind], 0)
  return { main: sum('main'), deflate: sum('deflate'), other: sum('other'), all: sum('all') }
}

/** What was spent between two readings. */
export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  const of = (kind: keyof CpuSeconds) => after[kind] - before[kind]
  return { main: of('main'), deflate: of('deflate'), other: of('other'), all: of('all') }
}

async function peakRssMbOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
}
