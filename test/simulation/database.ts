import type { Connection, Database } from '@datahub/server/db/database'
import type { Schema } from '@datahub/server/db/schema'
import type { Selectable } from 'kysely'
import type { Machine, World } from './world.ts'

/** The tables that the simulated stores keep, by their keys as text. */
export interface Rows {
  task: Selectable<Schema['task']>
  execution: Selectable<Schema['execution']>
  execution_file: Selectable<Schema['execution_file']>
  execution_attempt: Selectable<Schema['execution_attempt']>
  sync_log: Selectable<Schema['sync_log']>
  backfill: Selectable<Schema['backfill']>
  backfill_range: Selectable<Schema['backfill_range']>
  open_upload: Pick<Selectable<Schema['open_upload']>, 'destination_id' | 'upload_id' | 'key'>
  job: Job
}

/** What the queue knows: pg-boss keeps it in the same database, and in the same transactions. */
export interface Job {
  readonly id: number
  readonly executionId: number
  readonly lane: string
  readonly startAfterMs: number
  state: 'created' | 'active'
  deaths: number
}

type TableName = keyof Rows
const TABLES: readonly TableName[] = [
  'task',
  'execution',
  'execution_file',
  'execution_attempt',
  'sync_log',
  'backfill',
  'backfill_range',
  'open_upload',
  'job',
]

interface Lock {
  owner: Transaction
  readonly waiting: { by: Transaction; grant: () => void; refuse: (error: Error) => void }[]
}

/**
 * What the stores ask of PostgreSQL at READ COMMITTED, and no more: statements that see what is committed and what is
 * their own; rows locked by the first to write them, the others wait and look again; unique keys; deadlocks; commit and
 * rollback. Transactions of different machines interleave between all their statements.
 */
export class SimulatedDatabase {
  readonly world: World
  #tables: { [Name in TableName]: Map<string, Rows[Name]> } = emptyTables()
  readonly #locks = new Map<string, Lock>()
  readonly #open = new Set<Transaction>()
  /** Sequences do not roll back. */
  readonly sequences = { execution: 0, backfill: 0, job: 0, lease: 0 }
  /** Every connection breaks at its next statement until then. */
  downUntilMs = 0
  /** Its clock jumps now and then. */
  skewMs = 0
  /** Whether the storage keeps two writers apart. */
  hasConditions = true
  /** Called after every commit, with what was written. */
  onCommit: (tx: Transaction) => void = () => undefined
  /** Called when jobs have come or changed. */
  onJobs: () => void = () => undefined

  constructor(world: World) {
    this.world = world
  }

  now(): Date {
    return new Date(Math.round(this.world.nowMs + this.skewMs))
  }

  /** What is committed, for whoever looks on from outside. */
  committed<Name extends TableName>(name: Name): Iterable<Rows[Name]> {
    return this.#tables[name].values()
  }

  begin(machine: Machine): Transaction {
    const tx = new Transaction(this, machine)
    this.#open.add(tx)
    return tx
  }

  read<Name extends TableName>(name: Name, key: string): Rows[Name] | undefined {
    return this.#tables[name].get(key)
  }

  keys(name: TableName): Iterable<string> {
    return this.#tables[name].keys()
  }

  commit(tx: Transaction): void {
    for (const name of tx.tablesWritten()) {
      const table = this.#tables[name] as Map<string, unknown>
      for (const [key, row] of tx.written(name)) {
        if (row === undefined) table.delete(key)
        else table.set(key, row)
      }
    }
    this.#end(tx)
    this.onCommit(tx)
    if (tx.hasWritten('job')) this.onJobs()
  }

  rollback(tx: Transaction): void {
    this.#end(tx)
  }

  /** As if everybody's connections were cut; nothing that is committed is lost. */
  crash(downMs: number): void {
    for (const tx of this.#open) this.rollback(tx)
    this.downUntilMs = this.world.nowMs + downMs
  }

  /** The server notices, sooner or later, that a machine is gone, and rolls back what it had open. */
  lose(machine: Machine): void {
    for (const tx of this.#open) {
      if (tx.machine === machine) this.world.schedule(this.world.random.between(0, 5000), () => this.rollback(tx))
    }
  }

  /** The queue's own writes are not of any transaction of the hub. */
  withdrawJob(id: number): void {
    this.#tables.job.delete(String(id))
  }

  /** Whether the queue knows of it. */
  hasJob(executionId: number): boolean {
    for (const job of this.#tables.job.values()) if (job.executionId === executionId) return true
    return false
  }

  /** A copy of everything that is committed, as a backup is. */
  backup(): () => void {
    const copy = emptyTables()
    for (const name of TABLES) {
      const to = copy[name] as Map<string, unknown>
      for (const [key, row] of this.#tables[name]) to.set(key, row)
    }
    const { ...sequences } = this.sequences
    return () => {
      this.crash(1000)
      const restored = emptyTables()
      for (const name of TABLES) {
        const to = restored[name] as Map<string, unknown>
        // Whoever worked on a job when the backup was made is gone
        for (const [key, row] of copy[name]) to.set(key, name === 'job' ? { ...row, state: 'created' } : row)
      }
      this.#tables = restored
      Object.assign(this.sequences, sequences)
      this.onJobs()
    }
  }

  /** Resolves when the transaction holds the lock; rejects as PostgreSQL does when they would wait for each other for ever. */
  lock(tx: Transaction, key: string): Promise<void> | undefined {
    const lock = this.#locks.get(key)
    if (!lock) {
      this.#locks.set(key, { owner: tx, waiting: [] })
      tx.locks.add(key)
      return undefined
    }
    if (lock.owner === tx) return undefined
    const nextOf = ({ waitsFor }: Transaction) =>
      waitsFor === undefined ? undefined : this.#locks.get(waitsFor)?.owner
    for (let other: Transaction | undefined = lock.owner; other; other = nextOf(other))
      if (other === tx) throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
    tx.waitsFor = key
    return new Promise((resolve, reject) => {
      lock.waiting.push({ by: tx, grant: resolve, refuse: reject })
    })
  }

  isLockedByOther(tx: Transaction, key: string): boolean {
    const lock = this.#locks.get(key)
    return lock !== undefined && lock.owner !== tx
  }

  #end(tx: Transaction): void {
    if (!this.#open.delete(tx)) return
    tx.isOver = true
    for (const key of tx.locks) {
      const lock = this.#locks.get(key)
      if (!lock || lock.owner !== tx) continue
      this.#locks.delete(key)
      for (let next = lock.waiting.shift(); next; next = lock.waiting.shift()) {
        if (next.by.isOver) continue
        this.#locks.set(key, { owner: next.by, waiting: lock.waiting })
        next.by.locks.add(key)
        next.by.waitsFor = undefined
        next.grant()
        break
      }
    }
  }
}

function emptyTables(): { [Name in TableName]: Map<string, Rows[Name]> } {
  return Object.fromEntries(TABLES.map((name) => [name, new Map()])) as unknown as {
    [Name in TableName]: Map<string, Rows[Name]>
  }
}

/** One transaction; its statements are functions that get it. */
export class Transaction {
  readonly database: SimulatedDatabase
  readonly machine: Machine
  readonly locks = new Set<string>()
  readonly #writes = new Map<TableName, Map<string, unknown>>()
  readonly now: Date
  waitsFor: string | undefined
  isOver = false

  constructor(database: SimulatedDatabase, machine: Machine) {
    this.database = database
    this.machine = machine
    this.now = database.now()
  }

  tablesWritten(): Iterable<TableName> {
    return this.#writes.keys()
  }

  hasWritten(name: TableName): boolean {
    return this.#writes.has(name)
  }

  /** Rows by their keys; undefined: deleted. */
  written<Name extends TableName>(name: Name): Iterable<[string, Rows[Name] | undefined]> {
    return (this.#writes.get(name) ?? []) as Iterable<[string, Rows[Name] | undefined]>
  }

  find<Name extends TableName>(name: Name, key: string | number): Rows[Name] | undefined {
    const writes = this.#writes.get(name)
    return writes?.has(String(key))
      ? (writes.get(String(key)) as Rows[Name] | undefined)
      : this.database.read(name, String(key))
  }

  /** Rows that pass, in no order. */
  select<Name extends TableName>(name: Name, where: (row: Rows[Name]) => boolean = () => true): Rows[Name][] {
    const found: Rows[Name][] = []
    const writes = this.#writes.get(name)
    for (const row of this.database.committed(name))
      if ((!writes || !this.#isWritten(writes, name, row)) && where(row)) found.push(row)
    if (writes)
      for (const row of writes.values())
        if (row !== undefined && where(row as Rows[Name])) found.push(row as Rows[Name])
    return found
  }

  #isWritten<Name extends TableName>(writes: Map<string, unknown>, name: Name, row: Rows[Name]): boolean {
    return writes.has(keyOf(name, row))
  }

  /** Locks each row that passes, looks again, changes it if it still passes; answers the rows as they are now. */
  async update<Name extends TableName>(
    name: Name,
    where: (row: Rows[Name]) => boolean,
    change: (row: Rows[Name]) => Partial<Rows[Name]>,
    only?: string | number,
  ): Promise<Rows[Name][]> {
    const changed: Rows[Name][] = []
    const one = only === undefined ? undefined : this.find(name, only)
    // Whoever does not pass as the statement begins is not waited for
    const candidates = only === undefined ? this.select(name, where) : one && where(one) ? [one] : []
    for (const candidate of candidates) {
      const key = keyOf(name, candidate)
      await this.lock(name, key)
      const row = this.find(name, key)
      if (!row || !where(row)) continue
      const next = { ...row, ...change(row) }
      this.put(name, next)
      changed.push(next)
    }
    return changed
  }

  put<Name extends TableName>(name: Name, row: Rows[Name]): void {
    this.#of(name).set(keyOf(name, row), row)
  }

  delete(name: TableName, key: string): void {
    this.#of(name).set(key, undefined)
  }

  async lock(name: string, key: string | number): Promise<void> {
    const waiting = this.database.lock(this, `${name}/${key}`)
    if (waiting) await waiting
    if (this.isOver) throw connectionLost()
  }

  isLockedByOther(name: string, key: string | number): boolean {
    return this.database.isLockedByOther(this, `${name}/${key}`)
  }

  #of(name: TableName): Map<string, unknown> {
    let writes = this.#writes.get(name)
    if (!writes) this.#writes.set(name, (writes = new Map()))
    return writes
  }
}

function keyOf<Name extends TableName>(name: Name, row: Rows[Name]): string {
  switch (name) {
    case 'execution_file': {
      const { execution_id, table_name } = row as Rows['execution_file']
      return `${execution_id}/${table_name}`
    }
    case 'execution_attempt': {
      const { execution_id, attempt } = row as Rows['execution_attempt']
      return `${execution_id}/${attempt}`
    }
    case 'backfill_range': {
      const { backfill_id, position } = row as Rows['backfill_range']
      return `${backfill_id}/${position}`
    }
    case 'open_upload':
      return (row as Rows['open_upload']).upload_id
    case 'sync_log':
      return String((row as Rows['sync_log']).task_id)
    default:
      return String((row as { id: number }).id)
  }
}

function connectionLost(): Error {
  return Object.assign(new Error('Connection terminated unexpectedly'), { code: '08006' })
}

/** How likely a statement is to meet a broken connection. */
export interface ConnectionFaults {
  lost: number
}

/** A machine's pool of connections: what the product's code holds as its `db`. */
export class Session {
  readonly database: SimulatedDatabase
  readonly machine: Machine
  readonly faults: ConnectionFaults
  readonly tx: Transaction | undefined

  constructor(database: SimulatedDatabase, machine: Machine, faults: ConnectionFaults, tx?: Transaction) {
    this.database = database
    this.machine = machine
    this.faults = faults
    this.tx = tx
  }

  /** As Kysely has it. */
  transaction() {
    const begin = {
      setIsolationLevel: () => begin,
      execute: <T>(work: (tx: Connection) => Promise<T>) => this.#run(work),
    }
    return begin
  }

  async #run<T>(work: (tx: Connection) => Promise<T>): Promise<T> {
    const { database, machine, faults } = this
    const tx = await machine.ask(LATENCY_MS, () => {
      if (database.world.nowMs < database.downUntilMs) throw connectionLost()
      return database.begin(machine)
    })
    try {
      const result = await work(new Session(database, machine, faults, tx).asDatabase())
      await machine.ask(LATENCY_MS, () => commit(database, tx, faults))
      return result
    } catch (error) {
      await machine.ask(LATENCY_MS, () => database.rollback(tx))
      throw error
    }
  }

  /** One statement, in the transaction that this is, or in one of its own. */
  async statement<T>(work: (tx: Transaction) => T | Promise<T>): Promise<T> {
    const { database, machine, faults } = this
    return machine.ask(LATENCY_MS, async () => {
      const tx = this.tx ?? database.begin(machine)
      try {
        if (tx.isOver || database.world.nowMs < database.downUntilMs || database.world.random.chance(faults.lost))
          throw connectionLost()
        const result = await work(tx)
        if (!this.tx) commit(database, tx, faults)
        return result
      } catch (error) {
        database.rollback(tx)
        throw error
      }
    })
  }

  /** For the product's code, which takes a Kysely. Anything but what is here is said to be missing. */
  asDatabase(): Database {
    return new Proxy(this, {
      get: (session, name) => {
        if (name === 'transaction') return session.transaction.bind(session)
        if (name === SESSION) return session
        const missing = `the simulation has no SQL (${String(name)}): the store function that wants it is missing in test/simulation/stores`
        session.database.world.defects.add(missing)
        throw new Error(missing)
      },
    }) as unknown as Database
  }
}

const LATENCY_MS = 4
const SESSION = Symbol('session')

/** A commit whose answer is lost has happened all the same. */
function commit(database: SimulatedDatabase, tx: Transaction, faults: ConnectionFaults): void {
  if (tx.isOver || database.world.nowMs < database.downUntilMs) throw connectionLost()
  const { random } = database.world
  if (random.chance(faults.lost)) {
    if (random.chance(0.5)) database.commit(tx)
    else database.rollback(tx)
    throw connectionLost()
  }
  database.commit(tx)
}

function sessionOf(db: Connection): Session {
  return (db as unknown as Record<symbol, Session>)[SESSION] as Session
}

/** A statement of a simulated store. */
export function statement<T>(db: Connection, work: (tx: Transaction) => T | Promise<T>): Promise<T> {
  return sessionOf(db).statement(work)
}
