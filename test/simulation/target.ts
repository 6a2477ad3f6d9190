import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LoaderError } from '../../packages/loader/src/problem.ts'
import { text } from '../../packages/loader/src/targets/sql.ts'
import { openSqlite } from '../../packages/loader/src/targets/sqlite/sqlite-target.ts'
import { quoteTable, type Target } from '../../packages/loader/src/targets/target.ts'
import type { ConnectionFaults } from './database.ts'
import type { Machine, World } from './world.ts'

const LATENCY_MS = 4

/** Connections of this process to its one SQLite file; they outlive histories, which begin with an empty database. */
const idle: Target[] = []
let path: string | undefined

async function connect(): Promise<Target> {
  const waiting = idle.pop()
  if (waiting) return waiting
  if (path === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'datahub-simulation-'))
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
    path = join(folder, 'target.db')
  }
  const target = openSqlite(path)
  // Nobody cuts the power here: neither the disk nor a file of a journal is needed
  for (const pragma of ['synchronous = off', 'journal_mode = memory']) await target.query(text(`pragma ${pragma}`))
  return target
}

interface Connection {
  readonly machine: Machine
  readonly real: Target
}

/**
 * The receiver's database: SQLite, real, and one for all loaders of a history. What is simulated is the way there, who
 * waits for whom, and that it notices some time later when a machine is gone.
 */
export class SimulatedTarget {
  readonly #world: World
  readonly #faults: ConnectionFaults
  readonly #open = new Set<Connection>()
  #holder: Connection | undefined
  readonly #waiting: { by: Connection; grant: () => void }[] = []

  constructor(world: World, faults: ConnectionFaults) {
    this.#world = world
    this.#faults = faults
  }

  /** The database of a new history is empty. */
  static async empty(world: World, faults: ConnectionFaults): Promise<SimulatedTarget> {
    const real = await connect()
    const tables = text(`select name from sqlite_master where type = 'table'`)
    await real.exclusively([tables], async ([found = []]) => {
      for (const { name } of found) await real.run(text(`drop table ${real.dialect.quote(name ?? '')}`))
    })
    idle.push(real)
    return new SimulatedTarget(world, faults)
  }

  /** A machine's connection. */
  async connect(machine: Machine): Promise<Target> {
    const connection: Connection = { machine, real: await connect() }
    this.#open.add(connection)
    const { real } = connection
    const ask = <T>(work: () => Promise<T>): Promise<T> =>
      machine.ask(LATENCY_MS, () => {
        if (this.#world.random.chance(this.#faults.lost)) throw lost()
        return work()
      })
    return {
      ...real,
      query: (statement) => ask(() => real.query(statement)),
      queryAll: (statements) => ask(() => real.queryAll(statements)),
      run: (statement) => ask(() => real.run(statement)),
      columnsOf: (table) => ask(() => real.columnsOf(table)),
      copyIn: (copy, records) => ask(() => real.copyIn(copy, records)),
      exclusively: async (questions, work) => {
        await this.#lock(connection)
        try {
          return await real.exclusively([], async () => {
            const result = await work(await ask(() => real.queryAll(questions)))
            // The commit is on its way
            await ask(() => Promise.resolve())
            return result
          })
        } finally {
          this.#unlock(connection)
        }
      },
      close: () => this.#leave(connection),
    }
  }

  /** Sooner or later the server notices that a machine is gone, and rolls back what it had begun. */
  lose(machine: Machine): void {
    for (const connection of this.#open)
      if (connection.machine === machine)
        this.#world.schedule(this.#world.random.between(0, 5000), () => void this.#leave(connection))
  }

  /** What is committed, each row as the line of a CSV. */
  async rowsOf(table: string): Promise<string[]> {
    const real = await connect()
    try {
      if ((await real.columnsOf({ name: table })) === undefined) return []
      const name = quoteTable(real.dialect, { name: table })
      const rows = await real.query(text(`select date, item, revision from ${name} order by date, item, revision`))
      return rows.map(({ date, item, revision }) => `${date},${item},${revision}`)
    } finally {
      idle.push(real)
    }
  }

  /** At the end of a history nobody holds anything any more. */
  async end(): Promise<void> {
    for (const connection of this.#open) await this.#leave(connection)
  }

  async #leave(connection: Connection): Promise<void> {
    if (!this.#open.delete(connection)) return
    if (this.#holder === connection) {
      await connection.real.run(text('rollback')).catch(() => undefined)
      this.#unlock(connection)
    }
    idle.push(connection.real)
  }

  async #lock(connection: Connection): Promise<void> {
    if (this.#holder) await new Promise<void>((grant) => this.#waiting.push({ by: connection, grant }))
    else this.#holder = connection
  }

  #unlock(connection: Connection): void {
    if (this.#holder !== connection) return
    let next = this.#waiting.shift()
    while (next && !next.by.machine.isAlive) next = this.#waiting.shift()
    this.#holder = next?.by
    next?.grant()
  }
}

function lost(): LoaderError {
  return new LoaderError('The connection to the database broke.', 'Run it again.')
}
