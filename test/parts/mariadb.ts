import { chownSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, runOnce, startDaemon, unprivilegedUser, waitUntil } from './daemon.ts'

export interface MariaDb {
  readonly part: { url: string }
  stop(): Promise<void>
}

/** Where the server is, undefined when it is not installed. Debian keeps it out of an ordinary user's PATH. */
export function mariaDbServer(): string | undefined {
  return ['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd', '/usr/bin/mariadbd'].find((path) => existsSync(path))
}

/**
 * A MariaDB of its own on 127.0.0.1, with everything in `folder` and `tester` allowed everything without a password; with
 * more settings of the server, if any. Made for tests: it does not wait for the disk, so nothing survives a power cut.
 */
export async function startMariaDb(
  folder: string,
  more: Readonly<Record<string, string | number>> = {},
): Promise<MariaDb> {
  const server = mariaDbServer()
  if (!server) throw new Error('There is no MariaDB server: mariadbd was not found.')
  const runAs = unprivilegedUser('MariaDB', ['mysql', 'nobody'])
  const data = join(folder, 'data')
  // Every server that starts empties the folder for temporary tables, whoever else uses it.
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary, { recursive: true })
  if (runAs) for (const one of [folder, temporary]) chownSync(one, runAs.uid, runAs.gid)
  const initialise = [
    '--no-defaults',
    `--datadir=${data}`,
    `--tmpdir=${temporary}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]
  await runOnce('mariadb-install-db', initialise, runAs)

  const port = await freePort()
  const socket = join(folder, 'mariadb.sock')
  const settings = {
    datadir: data,
    tmpdir: temporary,
    socket,
    port,
    'bind-address': '127.0.0.1',
    'pid-file': join(folder, 'mariadb.pid'),
    'innodb-flush-log-at-trx-commit': 0,
    'innodb-buffer-pool-size': '256M',
    'max-allowed-packet': '64M',
    ...more,
  }
  const options = Object.entries(settings).map(([name, value]) => `--${name}=${value}`)
  const daemon = startDaemon(server, ['--no-defaults', '--skip-name-resolve', '--local-infile=1', ...options], {
    logPath: join(folder, 'mariadb.log'),
    stopSignal: 'SIGTERM',
    runAs,
  })
  const asRoot = (statement: string) =>
    runOnce('mariadb', ['--no-defaults', `--socket=${socket}`, '--user=root', '-e', statement], runAs)
  const isReady = () =>
    asRoot("create user if not exists tester@'127.0.0.1'; grant all on *.* to tester@'127.0.0.1'").then(
      () => true,
      () => false,
    )
  try {
    await waitUntil(isReady, daemon, 30_000)
  } catch (error) {
    await daemon.stop()
    throw error
  }
  return { part: { url: `mariadb://tester@127.0.0.1:${port}/` }, stop: () => daemon.stop() }
}
