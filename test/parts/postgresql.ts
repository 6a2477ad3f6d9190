import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, runOnce, startDaemon, unprivilegedUser, waitUntil } from './daemon.ts'

export interface PostgreSql {
  readonly part: { url: string }
  stop(): Promise<void>
}

/** Where Debian keeps the servers it has installed, one folder per major version. */
const debianVersions = '/usr/lib/postgresql'

/** The folder of the newest installed server's programs, undefined when there is none. */
export function postgreSqlPrograms(): string | undefined {
  if (!existsSync(debianVersions)) return undefined
  const versions = readdirSync(debianVersions).toSorted((a, b) => Number(b) - Number(a))
  return versions.map((version) => join(debianVersions, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
}

/**
 * A PostgreSQL of its own on 127.0.0.1, with everything in `folder` and everybody on loopback trusted as superuser
 * `postgres`. Made for tests: it does not wait for the disk, so nothing survives a power cut, and `create database …
 * template …` takes a few milliseconds.
 */
export async function startPostgreSql(folder: string): Promise<PostgreSql> {
  const programs = postgreSqlPrograms()
  if (!programs) throw new Error(`There is no PostgreSQL server in ${debianVersions}.`)
  const runAs = unprivilegedUser('PostgreSQL', ['postgres', 'nobody'])
  mkdirSync(folder, { recursive: true })
  if (runAs) chownSync(folder, runAs.uid, runAs.gid)
  const data = join(folder, 'data')
  const locale = ['--encoding=UTF8', '--locale=C.UTF-8']
  const initialise = ['-D', data, '--username=postgres', '--auth=trust', '--no-sync', ...locale]
  await runOnce(join(programs, 'initdb'), initialise, runAs)

  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const logPath = join(folder, 'postgresql.log')
  // SIGINT is PostgreSQL's fast shutdown: open connections are ended.
  const server = startDaemon(join(programs, 'postgres'), ['-D', data, ...options], {
    logPath,
    stopSignal: 'SIGINT',
    runAs,
  })
  const isReady = () =>
    runOnce(join(programs, 'pg_isready'), ['--host=127.0.0.1', `--port=${port}`]).then(
      () => true,
      () => false,
    )
  try {
    await waitUntil(isReady, server, 30_000)
  } catch (error) {
    await server.stop()
    throw error
  }
  return { part: { url: `postgresql://postgres@127.0.0.1:${port}/postgres` }, stop: () => server.stop() }
}
