import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { readRecords, type CsvRecord } from '../../csv/read-records.ts'
import { LoaderError, Refusal, wordsOf } from '../../problem.ts'
import { render, text, type Sql, type SqlValue } from '../sql.ts'
import {
  quoteTable,
  type Copy,
  type CopyColumn,
  type HeldType,
  type Row,
  type TableName,
  type Target,
} from '../target.ts'
import { heldBy, sqliteDialect as dialect } from './dialect.ts'

/** How long another loader may hold the file before we give up. */
const LOCK_WAIT_MS = 2_000_000_000

const MOST_KNOWN = 100

/** A SQLite file of the receiver's, by its whole path; each package is one transaction of one prepared statement per table. */
export function openSqlite(path: string): Target {
  const database = open(path)
  const ask = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw judge(error)
    }
  }
  // Package after package says the same: SQLite takes longer to understand a small statement than to carry it out
  const known = new Map<string, StatementSync>()
  const prepare = (statement: Sql) => {
    const words = render(statement, () => '?')
    let prepared = known.get(words)
    if (!prepared) {
      prepared = database.prepare(words)
      prepared.setReadBigInts(true)
      if (known.size === MOST_KNOWN) known.clear()
      known.set(words, prepared)
    }
    return prepared
  }

  const target: Target = {
    kind: 'sqlite',
    dialect,
    ddlRollsBack: true,
    picksRows: false,
    query: async (statement) =>
      ask(() =>
        prepare(statement)
          .all(...statement.values)
          .map(toRow),
      ),
    async queryAll(statements) {
      const answers: Row[][] = []
      for (const statement of statements) answers.push(await target.query(statement))
      return answers
    },
    run: async (statement) => ask(() => Number(prepare(statement).run(...statement.values).changes)),
    async exclusively(questions, work) {
      ask(() => database.exec('begin immediate'))
      try {
        const result = await work(await target.queryAll(questions))
        ask(() => database.exec('commit'))
        return result
      } catch (error) {
        if (database.isTransaction) database.exec('rollback')
        throw error
      }
    },
    atomically: (work) => work(),
    async columnsOf(table: TableName) {
      const schema = table.schema === undefined ? '' : `${dialect.quote(table.schema)}.`
      const rows = await target.query(text(`pragma ${schema}table_info(${dialect.quote(table.name)})`))
      if (rows.length === 0) return undefined
      return rows.map(({ name, type }) => ({ name: name ?? '', declared: type ?? '', holds: heldBy(type ?? '') }))
    },
    async widen(table: TableName, column: string, to: HeldType) {
      // SQLite cannot change a column's type: a new column takes its values and its name.
      const name = dialect.quote(column)
      const alter = `alter table ${quoteTable(dialect, table)}`
      await target.run(text(`${alter} add column "_datahub_wider" ${dialect.declare(to, false)}`))
      await target.run(text(`update ${quoteTable(dialect, table)} set "_datahub_wider" = ${name}`))
      await target.run(text(`${alter} drop column ${name}`)).catch((error: unknown) => {
        throw new Refusal(`${table.name} needs a wider ${column}, which SQLite cannot give it: ${wordsOf(error)}`)
      })
      await target.run(text(`${alter} rename column "_datahub_wider" to ${name}`))
    },
    async copyIn({ table, columns, loadId, first = [] }: Copy, records: AsyncIterable<Uint8Array>) {
      await target.queryAll(first)
      const names = columns.map(({ name }) => dialect.quote(name))
      if (loadId !== undefined) names.push('_datahub_load')
      const marks = names.map(() => '?').join(', ')
      const insert = ask(() =>
        database.prepare(`insert into ${quoteTable(dialect, table)} (${names.join(', ')}) values (${marks})`),
      )
      const convert = columns.map(converter)
      let rows = 0
      for await (const batch of readRecords(records)) {
        for (const record of batch) {
          if (record.length !== columns.length)
            throw new Refusal(`a row of the CSV has ${record.length} fields instead of ${columns.length}`)
          const values = valuesOf(record, convert)
          if (loadId !== undefined) values.push(loadId)
          ask(() => insert.run(...values))
          rows += 1
        }
        // Inserting never waits: without this, nothing else would get a turn.
        await nextTurn()
      }
      return rows
    },
    close: async () => database.close(),
  }
  return target
}

function open(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: LOCK_WAIT_MS })
    // A reader is not shut out while we write; a commit waits for the disk.
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = file')
    return database
  } catch (error) {
    throw new LoaderError(`Could not open ${path}: ${wordsOf(error)}.`, 'Check the path after sqlite: and its rights.')
  }
}

type SqliteValue = string | number | Uint8Array | null
type Convert = ((value: string) => SqliteValue) | undefined

function valuesOf(record: CsvRecord, convert: readonly Convert[]): SqliteValue[] {
  const values: SqliteValue[] = record
  for (let at = 0; at < convert.length; at += 1) {
    const value = record[at]
    const one = convert[at]
    if (one && value !== null && value !== undefined) values[at] = one(value)
  }
  return values
}

/** What cannot stay text. Numbers may: the column's type turns them, 64 bits included, without a float in between. */
function converter({ name, holds: { type } }: CopyColumn): Convert {
  const misfit = (value: string) =>
    new Refusal(`${name} is ${type}, and one value is ${JSON.stringify(value.slice(0, 80))}`)
  switch (type) {
    case 'boolean':
      return (value) => {
        if (value === 'true') return 1
        if (value === 'false') return 0
        throw misfit(value)
      }
    case 'bytes':
      return (value) => {
        if (!/^([0-9a-f]{2})*$/i.test(value)) throw misfit(value)
        return Buffer.from(value, 'hex')
      }
    case 'smallint':
    case 'integer':
    case 'bigint':
      return (value) => {
        if (!/^-?\d{1,19}$/.test(value) || BigInt.asIntN(64, BigInt(value)) !== BigInt(value)) throw misfit(value)
        return value
      }
    case 'decimal':
      return (value) => {
        if (!/^(-?\d+(\.\d+)?|NaN|-?Infinity)$/.test(value)) throw misfit(value)
        return value
      }
    case 'real':
    case 'double':
      return (value) => {
        if (!/^(-?\d+(\.\d+)?(e[+-]?\d+)?|NaN|-?Infinity)$/i.test(value)) throw misfit(value)
        return value
      }
    case 'date':
      return (value) => {
        if (!/^\d{4,}-\d\d-\d\d/.test(value) && !/infinity/.test(value)) throw misfit(value)
        return value
      }
    default:
      return undefined
  }
}

function toRow(row: Record<string, unknown>): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === null
        ? null
        : value instanceof Uint8Array
          ? Buffer.from(value).toString('hex')
          : String(value as SqlValue),
    ]),
  )
}

function judge(error: unknown): Error {
  if (error instanceof Refusal || error instanceof LoaderError) return error
  const { errcode = 0 } = error as { errcode?: number }
  // The low byte is the class: 19 is a constraint, 20 a datatype.
  if ((errcode & 0xff) === 19 || (errcode & 0xff) === 20)
    return new Refusal(`SQLite does not take it: ${wordsOf(error)}`)
  return new LoaderError(
    `SQLite failed: ${wordsOf(error)}.`,
    'Mend what it says, and run it again: nothing was half loaded.',
  )
}
