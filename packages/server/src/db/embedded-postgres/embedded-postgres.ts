import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findBinaries, type PostgresBinaries } from './binaries.ts'
import { prepareClusterDir, prepareSocketDir } from './cluster-dir.ts'
import { processState } from './process-state.ts'
import { findUnprivilegedUser, type UnixUser } from './unprivileged-user.ts'

/** PostgreSQL 18 from npm as a child of the hub, on a unix socket inside the data directory: no port, nothing to install. */
export interface EmbeddedPostgres {
  readonly url: string
  /** True when a server that outlived a killed hub was found running and taken over. */
  readonly adopted: boolean
  stop(): Promise<void>
}

interface Cluster {
  readonly dir: string
  readonly socketDir: string
  readonly binaries: PostgresBinaries
  readonly user: UnixUser | undefined
}

const START_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 30_000

const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  shared_buffers: '64MB',
  max_connections: '100',
  max_wal_size: '256MB',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
}

/** Starts the server of a data directory, making the cluster at the first start, or adopts the one that is running. */
export async function startEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const user = await findUnprivilegedUser()
  const dir = await prepareClusterDir(dataDir, user)
  const cluster = { dir, user, socketDir: await prepareSocketDir(dir, user), binaries: await findBinaries(user) }
  await initialize(cluster)
  const adopted = await run(cluster)
  return { url: urlOf(cluster), adopted, stop: () => stop(cluster) }
}

function urlOf(cluster: Cluster): string {
  return `postgres://datahub@localhost/postgres?host=${encodeURIComponent(cluster.socketDir)}`
}

/** initdb into another name first: a half-made cluster is never taken for a whole one. */
async function initialize(cluster: Cluster): Promise<void> {
  const target = join(cluster.dir, 'data')
  if (await stat(join(target, 'PG_VERSION')).catch(() => undefined)) return
  const draft = join(cluster.dir, 'data.init')
  await rm(draft, { recursive: true, force: true })
  const options = [
    '-D',
    draft,
    '-U',
    'datahub',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ]
  const child = start(cluster, cluster.binaries.initdb, options, ['ignore', 'ignore', 'pipe'])
  let complaint = ''
  child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`initdb failed (exit ${code}): ${complaint.trim().split('\n').at(-1) ?? ''}`)
  await rename(draft, target)
}

/** Brings the server up, whatever an earlier hub left behind; answers whether it was running already. */
async function run(cluster: Cluster): Promise<boolean> {
  let child: ChildProcess | undefined
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(30)) {
    const pid = await serverPid(cluster)
    const state = pid === undefined ? 'gone' : await processState(pid)
    const ended = child === undefined || child.exitCode !== null || child.signalCode !== null
    if (state !== 'postgres' && ended) {
      // PostgreSQL then ignores this pid in a stale postmaster.pid (a zombie, or a number that another program has now);
      // its own check of shared memory still guards the directory
      child = await startServer(
        cluster,
        pid !== undefined && state !== 'gone' ? { PG_GRANDPARENT_PID: String(pid) } : {},
      )
      await sleep(60)
    }
    if (await answers(cluster)) return child === undefined
  }
  throw new Error(`the embedded PostgreSQL did not come up; see ${join(cluster.dir, 'postgres.log')}`)
}

async function startServer(cluster: Cluster, environment: Record<string, string>): Promise<ChildProcess> {
  const log = await open(join(cluster.dir, 'postgres.log'), 'a', 0o600)
  try {
    const settings = { ...SETTINGS, unix_socket_directories: cluster.socketDir }
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = start(
      cluster,
      cluster.binaries.postgres,
      ['-D', join(cluster.dir, 'data'), ...options],
      ['ignore', log.fd, log.fd],
      environment,
    )
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

function start(
  cluster: Cluster,
  command: string,
  options: string[],
  stdio: ('ignore' | 'pipe' | number)[],
  environment: Record<string, string> = {},
): ChildProcess {
  const child = spawn(command, options, {
    cwd: '/',
    detached: true,
    stdio,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC', ...environment },
    ...(cluster.user ? { uid: cluster.user.uid, gid: cluster.user.gid } : {}),
  })
  // A spawn that fails also ends the child; the caller notices that
  child.on('error', () => undefined)
  return child
}

async function serverPid(cluster: Cluster): Promise<number | undefined> {
  const text = await readFile(join(cluster.dir, 'data', 'postmaster.pid'), 'utf8').catch(() => '')
  return Number.parseInt(text, 10) || undefined
}

async function answers(cluster: Cluster): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(cluster), connectionTimeoutMillis: 2000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, everything is flushed. */
async function stop(cluster: Cluster): Promise<void> {
  const pid = await serverPid(cluster)
  if (pid === undefined || (await processState(pid)) !== 'postgres') return
  process.kill(pid, 'SIGINT')
  for (const deadline = Date.now() + STOP_TIMEOUT_MS; Date.now() < deadline; await sleep(20)) {
    if ((await processState(pid)) !== 'postgres') return
  }
}
