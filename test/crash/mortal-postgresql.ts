import { chown, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, runOnce, startDaemon, unprivilegedUser, waitUntil, type Daemon } from '../parts/daemon.ts'
import { postgreSqlPrograms } from '../parts/postgresql.ts'

const START_TIMEOUT_MS = 120_000

/** A PostgreSQL for the hubs of one scene, which can be killed with -9 and comes back on the same port with the same data. */
export class MortalPostgreSql implements AsyncDisposable {
  readonly port: number
  readonly #folder: string
  readonly #programs: string
  readonly #runAs = unprivilegedUser('PostgreSQL', ['postgres', 'nobody'])
  #server: Daemon | undefined

  private constructor(folder: string, programs: string, port: number) {
    this.#folder = folder
    this.#programs = programs
    this.port = port
  }

  /** In a new folder, with everybody on loopback trusted as superuser `postgres`. */
  static async create(folder: string): Promise<MortalPostgreSql> {
    const programs = postgreSqlPrograms()
    if (!programs) throw new Error('There is no PostgreSQL server on this machine.')
    const database = new MortalPostgreSql(folder, programs, await freePort())
    await mkdir(folder, { recursive: true })
    if (database.#runAs) await chown(folder, database.#runAs.uid, database.#runAs.gid)
    const options = ['-D', database.#data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8']
    await runOnce(join(programs, 'initdb'), options, database.#runAs)
    await database.start()
    return database
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  /** Resolves when it answers; after a kill it goes through its log of writes first. */
  async start(): Promise<void> {
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${this.port}`,
      'unix_socket_directories=',
      'max_connections=200',
    ]
    const options = ['-D', this.#data, ...settings.flatMap((setting) => ['-c', setting])]
    const logPath = join(this.#folder, 'postgresql.log')
    this.#server = startDaemon(join(this.#programs, 'postgres'), options, {
      logPath,
      stopSignal: 'SIGINT',
      runAs: this.#runAs,
    })
    const isReady = () =>
      runOnce(join(this.#programs, 'pg_isready'), ['--host=127.0.0.1', `--port=${this.port}`]).then(
        () => true,
        () => false,
      )
    await waitUntil(isReady, this.#server, START_TIMEOUT_MS)
  }

  /** The postmaster with -9; its children end when they find out. */
  async kill(): Promise<void> {
    const pid = Number.parseInt(await readFile(join(this.#data, 'postmaster.pid'), 'utf8'), 10)
    process.kill(pid, 'SIGKILL')
    await this.#server?.failed.catch(() => undefined)
    this.#server = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.stop()
  }
}
