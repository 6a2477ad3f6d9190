import {
  CompiledQuery,
  PostgresDialect,
  type DatabaseConnection,
  type Driver,
  type Kysely,
  type QueryResult,
  type Transaction,
  type TransactionSettings,
} from 'kysely'
import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Makes one transaction of all that is asked of the database within a piece of work, however many services it goes through
 * (docs/decisions/033-a-change-and-its-entry-are-one.md).
 */

/** The transaction that is open around whatever runs now. */
interface Around {
  readonly tx: Transaction<never>
  isOver: boolean
}

const around = new AsyncLocalStorage<Around>()

/**
 * Commits when `work` resolves, takes everything back when it throws; what is thrown is thrown on. `db`: of a JoiningDialect.
 */
export function asOne<Result>(db: Kysely<never>, work: () => Promise<Result>): Promise<Result> {
  // The connection is that of an ordinary transaction, so that it begins, ends and breaks like any other
  return db.transaction().execute(async (tx) => {
    const open: Around = { tx, isOver: false }
    try {
      return await around.run(open, work)
    } finally {
      open.isOver = true
    }
  })
}

/** A dialect whose queries join the transaction around them, where there is one. */
export class JoiningDialect extends PostgresDialect {
  override createDriver(): Driver {
    return new JoiningDriver(super.createDriver())
  }
}

class JoiningDriver implements Driver {
  readonly #driver: Driver

  constructor(driver: Driver) {
    this.#driver = driver
  }

  init(): Promise<void> {
    return this.#driver.init()
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const open = around.getStore()
    // What was begun within and goes on after it, such as a timer, is on its own again
    return open && !open.isOver ? new Joined(open) : this.#driver.acquireConnection()
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await (connection instanceof Joined ? connection.begin() : this.#driver.beginTransaction(connection, settings))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection instanceof Joined ? connection.commit() : this.#driver.commitTransaction(connection))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection instanceof Joined ? connection.rollBack() : this.#driver.rollbackTransaction(connection))
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (!(connection instanceof Joined)) await this.#driver.releaseConnection(connection)
  }

  destroy(): Promise<void> {
    return this.#driver.destroy()
  }
}

let savepoints = 0

/** The connection of the transaction around; a transaction within it is a savepoint. */
class Joined implements DatabaseConnection {
  readonly #open: Around
  readonly #savepoint = `within_${(savepoints += 1)}`

  constructor(open: Around) {
    this.#open = open
  }

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return this.#open.tx.executeQuery<Row>(query)
  }

  /** Nothing that changes something reads so much. */
  streamQuery(): never {
    throw new Error('a transaction around several services streams no rows')
  }

  begin(): Promise<void> {
    return this.#say('savepoint')
  }

  commit(): Promise<void> {
    return this.#say('release savepoint')
  }

  rollBack(): Promise<void> {
    return this.#say('rollback to savepoint')
  }

  async #say(command: string): Promise<void> {
    await this.executeQuery(CompiledQuery.raw(`${command} ${this.#savepoint}`))
  }
}
