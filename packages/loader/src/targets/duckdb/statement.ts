import { setImmediate as nextTurn } from 'node:timers/promises'
import { DuckDBPendingResultState, type DuckDBConnection } from '@duckdb/node-api'
import { LoaderError, Refusal, wordsOf } from '../../problem.ts'
import { render, type Sql } from '../sql.ts'
import type { Row } from '../target.ts'

/**
 * Runs a statement, step by step, in the thread that JavaScript is in: every thread that DuckDB works in keeps some
 * 20 MB of what it has freed, and Node would give each statement to another of four.
 */
export async function query(connection: DuckDBConnection, statement: Sql): Promise<Row[]> {
  try {
    const values = statement.values.map((value) => (typeof value === 'number' ? BigInt(Math.trunc(value)) : value))
    const pending = await connection.start(
      render(statement, (at) => `$${at}`),
      values,
    )
    while (pending.runTask() === DuckDBPendingResultState.RESULT_NOT_READY) await nextTurn()
    const reader = await pending.readAll()
    return reader
      .getRowObjects()
      .map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
      )
  } catch (error) {
    throw judge(error)
  }
}

/** What a statement answers that changes rows: how many. */
export async function change(connection: DuckDBConnection, statement: Sql): Promise<number> {
  const [row] = await query(connection, statement)
  return Number(row?.Count ?? 0)
}

/** A value that the engine does not take is the package's fault; anything else is the database's. */
export function judge(error: unknown): Error {
  if (error instanceof Refusal || error instanceof LoaderError) return error
  const words = wordsOf(error)
  if (/^(Conversion|Constraint|Out of Range|Invalid Input) Error/.test(words))
    return new Refusal(`DuckDB does not take it: ${words}`)
  return new LoaderError(`DuckDB failed: ${words}.`, 'Mend what it says, and run it again: nothing was half loaded.')
}
