import type { DuckDBConnection } from '@duckdb/node-api'
import { LoaderError, Refusal, wordsOf } from '../../problem.ts'
import { render, type Sql } from '../sql.ts'
import type { Row } from '../target.ts'
import { isAboutRoom, OutOfRoom } from './room.ts'

/** How a statement is run. */
export type Ask = (statement: Sql) => Promise<Row[]>

export async function query(connection: DuckDBConnection, statement: Sql): Promise<Row[]> {
  try {
    const values = statement.values.map((value) => (typeof value === 'number' ? BigInt(Math.trunc(value)) : value))
    const reader = await connection.runAndReadAll(
      render(statement, (at) => `$${at}`),
      values,
    )
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
export async function change(ask: Ask, statement: Sql): Promise<number> {
  const [row] = await ask(statement)
  return Number(row?.Count ?? 0)
}

/** A value that the engine does not take is the package's fault; anything else is the database's. */
export function judge(error: unknown): Error {
  if (error instanceof Refusal || error instanceof LoaderError) return error
  const words = wordsOf(error)
  if (/^(Conversion|Constraint|Out of Range|Invalid Input) Error/.test(words))
    return new Refusal(`DuckDB does not take it: ${words}`)
  if (isAboutRoom(words)) return new OutOfRoom()
  return new LoaderError(`DuckDB failed: ${words}.`, 'Mend what it says, and run it again: nothing was half loaded.')
}
