import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { API_PREFIX } from '@datahub/core/api/contract'
import { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { TaskPage, type TaskView } from '@datahub/core/api/task-shapes'
import { processState } from '@datahub/server/db/embedded-postgres/process-state'

const DATAHUB = fileURLToPath(new URL('../../packages/cli/bin/datahub.js', import.meta.url))
const START_TIMEOUT_MS = 180_000
const POLL_MS = 50

type Environment = Record<string, string>

/** Hubs that have not been disposed of. A test that takes too long is given up, and its hub with it. */
const left = new Set<HubProcess>()
if (process.env['VITEST'] !== undefined) {
  const { afterAll } = await import('vitest')
  afterAll(() => Promise.all([...left].map((hub) => hub[Symbol.asyncDispose]())).then(() => undefined))
}

export interface HubOptions {
  /** The hub's database; the embedded one when absent. */
  readonly databaseUrl?: string
  readonly env?: Environment
  /** Where it lives; a new folder when absent. It is removed with the hub. */
  readonly folder?: string
}

export interface Answer {
  readonly status: number
  readonly text: string
}

/** What a command said, and how it ended. */
export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/**
 * A hub as people run it: `datahub serve` in a process of its own, in a folder of its own, which can be killed and
 * started again on the same data. `[Symbol.asyncDispose]` leaves nothing behind, whatever was killed before.
 */
export class HubProcess implements AsyncDisposable {
  /** Where the hub and the commands run; the data directory is `.datahub` in it. */
  readonly folder: string
  readonly dataDir: string
  /** Everything that hubs and commands may know from their environment. Changes count from the next start on. */
  readonly env: Environment
  /** All that the hubs of this folder have written to stderr. */
  log = ''
  url = ''
  token = ''
  /** False as soon as its process is gone, whoever has ended it. */
  isRunning = false
  #running: { pid: number | undefined; kill(signal: NodeJS.Signals): void; ended: Promise<number | null> } | undefined

  private constructor(folder: string, { databaseUrl, env = {} }: HubOptions) {
    this.folder = folder
    this.dataDir = join(folder, '.datahub')
    this.env = {
      DATAHUB_EGRESS_ALLOW: '127.0.0.0/8',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      ...env,
    }
    left.add(this)
  }

  /** A hub that answers, in a new folder. */
  static async start(options: HubOptions = {}): Promise<HubProcess> {
    const hub = await HubProcess.prepare(options)
    try {
      await hub.start()
      return hub
    } catch (error) {
      await hub[Symbol.asyncDispose]()
      throw error
    }
  }

  /** The folder of a hub that has not been started yet. */
  static async prepare(options: HubOptions = {}): Promise<HubProcess> {
    return new HubProcess(options.folder ?? (await mkdtemp(join(tmpdir(), 'datahub-e2e-'))), options)
  }

  /** Of the process that runs, or has just ended by itself. */
  get pid(): number | undefined {
    return this.#running?.pid
  }

  /** The embedded database's process, while there is one. */
  async databasePid(): Promise<number | undefined> {
    return postmasterPid(join(this.dataDir, 'postgres'))
  }

  /** Starts the hub, after a kill on what the killed one has left, and waits until it answers. */
  async start(): Promise<void> {
    const hub = this.#spawn(['serve', '--port', '0'])
    const ended = once(hub, 'close').then(([code]) => code as number | null)
    this.#running = { pid: hub.pid, kill: (signal) => hub.kill(signal), ended }
    let isOver = false
    hub.once('close', () => {
      isOver = true
      this.isRunning = false
    })
    this.isRunning = true
    const before = this.log.length
    hub.stdout.resume()
    hub.stderr.setEncoding('utf8').on('data', (said: string) => (this.log += said))
    this.url = await eventually(
      () => `the hub to answer: ${this.log.slice(before)}`,
      START_TIMEOUT_MS,
      async () => {
        if (isOver) throw new Error(`the hub ended: ${this.log.slice(before)}`)
        const said = /Data Hub (?:listens on (http:\S+)|runs)\n/.exec(this.log.slice(before))
        const url = said?.[1] ?? ''
        return said && (url === '' || (await fetch(`${url}/healthz`)).ok) ? url : undefined
      },
    )
    // One without the API has nothing to be asked
    if (this.url !== '') this.token = (await readFile(join(this.dataDir, 'token'), 'utf8')).trim()
  }

  /** Sends the signal and answers with the exit code once the process is gone; null when the signal ended it. */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    this.#running?.kill(signal)
    const code = (await this.#running?.ended) ?? null
    this.#running = undefined
    return code
  }

  /** Sends a signal and does not wait: to freeze a hub, and to let it go on. */
  signal(signal: NodeJS.Signals): void {
    this.#running?.kill(signal)
  }

  /** The order to end, as a service manager gives it. */
  async stop(): Promise<number | null> {
    return this.kill('SIGTERM')
  }

  /** A command of the command line, in the hub's folder and beside its token file. */
  async run(args: readonly string[], env: Environment = {}): Promise<Said> {
    const command = this.#spawn(args, { DATAHUB_URL: this.url, ...env })
    const ended = once(command, 'close')
    const [out, err, [code]] = await Promise.all([text(command.stdout), text(command.stderr), ended])
    return { code: code as number | null, out, err }
  }

  /** One request to the API; the answer as it is. */
  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.url}${API_PREFIX}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        // The hub may have been killed since, or the tests may have been busy for longer than it keeps a connection.
        Connection: 'close',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, text: await response.text() }
  }

  /** The same, and the answer must be a success. */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, text } = await this.request(method, path, body)
    if (status >= 400) throw new Error(`${method} ${path} was answered with ${status}: ${text}`)
    return JSON.parse(text)
  }

  async tasks(): Promise<TaskView[]> {
    return TaskPage.parse(await this.ask('GET', '/tasks?limit=1000')).items
  }

  async execution(id: number): Promise<ExecutionDetail> {
    return ExecutionDetail.parse(await this.ask('GET', `/executions/${id}`))
  }

  /** Waits until an execution is as `done` wants it. */
  async until(id: number, done: (execution: ExecutionDetail) => boolean, timeoutMs = 60_000): Promise<ExecutionDetail> {
    let last: ExecutionDetail | undefined
    return eventually(
      () => `execution ${id} to get there: ${JSON.stringify(last)}`,
      timeoutMs,
      async () => {
        last = await this.execution(id)
        return done(last) ? last : undefined
      },
    )
  }

  /** Waits until an execution is over and its status stands in the bucket. */
  async settled(id: number, timeoutMs?: number): Promise<ExecutionDetail> {
    return this.until(id, ({ endedAt, syncLog }) => endedAt !== null && syncLog === 'published', timeoutMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL')
    const cluster = join(this.dataDir, 'postgres')
    if (existsSync(cluster)) {
      // As root it may be a link to a folder that the database's account can reach.
      const home = await realpath(cluster)
      await endEmbeddedPostgres(home)
      await rm(home, { recursive: true, force: true })
    }
    await rm(this.folder, { recursive: true, force: true })
    left.delete(this)
  }

  #spawn(args: readonly string[], env: Environment = {}) {
    const ambient = Object.entries(process.env).filter(([name]) => !/^(DATAHUB_|DATABASE_URL$|npm_)/.test(name))
    return spawn(process.execPath, [DATAHUB, ...args], {
      cwd: this.folder,
      env: { ...Object.fromEntries(ambient), ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
}

/** A killed hub leaves its database running, for the next one to take over. SIGQUIT: nothing of it is wanted any more. */
async function endEmbeddedPostgres(home: string): Promise<void> {
  const pid = await postmasterPid(home)
  if (pid === undefined) return
  process.kill(pid, 'SIGQUIT')
  const isGone = async () => (await processState(pid)) !== 'postgres' || undefined
  await eventually(() => 'the embedded PostgreSQL to end', 20_000, isGone)
}

async function postmasterPid(home: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(join(home, 'data', 'postmaster.pid'), 'utf8').catch(() => ''), 10)
  return pid && (await processState(pid)) === 'postgres' ? pid : undefined
}

/** Looks again and again until there is something to see; throws, saying what it waited for, when that takes too long. */
async function eventually<T>(what: () => string, timeoutMs: number, look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(POLL_MS)) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what()}`)
  }
}
