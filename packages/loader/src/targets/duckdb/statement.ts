import { setImmediate as nextTurn } from 'node:timers/promises'
import { DuckDBPendingResultState, type DuckDBConnection, type DuckDBResultReader } from '@duckdb/node-api'
import { LoaderError, Refusal, wordsOf } from '../../problem.ts'
import { render, type Sql } from '../sql.ts'
import type { Row } from '../target.ts'
import { isAboutRoom, OutOfRoom } from './room.ts'

/** How a statement is run. */
export type Ask = (statement: Sql) => Promise<Row[]>

/** Runs a statement in one of Node's threads. */
export function query(connection: DuckDBConnection, statement: Sql): Promise<Row[]> {
  return answerOf(statement, (words, values) => connection.runAndReadAll(words, values))
}

/**
 * Runs a statement that goes through many rows, step by step, in the thread that JavaScript is in: every thread that DuckDB
 * works in keeps some 20 MB of what it has freed, and Node would give each statement to another of four. A short statement
 * takes half as long again.
 */
export function queryHere(connection: DuckDBConnection, statement: Sql): Promise<Row[]> {
  return answerOf(statement, async (words, values) => {
    const pending = await connection.start(words, values)
    while (pending.runTask() === DuckDBPendingResultState.RESULT_NOT_READY) await nextTurn()
    return pending.readAll()
  })
}

/** What a statement answers that changes rows: how many. */
export async function change(ask: Ask, statement: Sql): Promise<number> {
  const [row] = await ask(statement)
  return Number(row?.Count ?? 0)
}

async function answerOf(
  statement: Sql,
  run: (words: string, values: (string | bigint | null)[]) => Promise<DuckDBResultReader>,
): Promise<Row[]> {
  try {
    const values = statement.values.map((value) => (typeof value === 'number' ? BigInt(Math.trunc(value)) : value))
    const reader = await run(
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

/** A value that the engine does not take is the package's fault; anything else is the database's. */
export function judge(error: unknown): Error {
  if (error instanceof Refusal || error instanceof LoaderError) return error
  const words = wordsOf(error)
  if (/^(Conversion|Constraint|Out of Range|Invalid Input) Error/.test(words))
    return new Refusal(`DuckDB does not take it: ${words}`)
  if (isAboutRoom(words)) return new OutOfRoom()
  return new LoaderError(`DuckDB failed: ${words}.`, 'Mend what it says, and run it again: nothing was half loaded.')
}
