import type { Column, ColumnType } from '@datahub/core/bucket/column'
import type { Cut } from '../tables/ranges.ts'
import { join, sql, type Sql } from './sql.ts'

/** A table of the receiver, in a schema where the mapping names one. */
export interface TableName {
  readonly schema?: string
  readonly name: string
}

/** What a type of the target can hold, in the words of the manifest; `other` is any type that we do not know. */
export interface HeldType {
  readonly type: ColumnType | 'other'
  readonly precision?: number
  readonly scale?: number
}

export interface TableColumn {
  readonly name: string
  /** As the target says it. */
  readonly declared: string
  readonly holds: HeldType
}

/** How an engine writes what is the same idea everywhere. */
export interface Dialect {
  readonly nameMaxBytes: number
  quote(name: string): string
  /** The type for a new column; `isKey` where it must fit into an index. */
  declare(column: HeldType, isKey: boolean): string
  /** A bound of a data range, for comparison with a column of this type. Its form has been checked. */
  bound(value: string, type: HeldType): string
  /** An expression that gives one JSON object of names and column expressions. */
  jsonObject(pairs: readonly (readonly [name: string, column: string])[]): Sql
  readonly jsonType: string
  /** Deletes the rows of `table` (as t) that `older` is true for and whose key is in `stage`, which has so many rows. */
  deleteMatching(table: Sql, stage: Sql, of: { key: readonly Sql[]; older: Sql; rows: number }): Sql[]
  /** Removes the staging table, if it is there; the name is quoted. */
  dropStage(stage: string): string
  readonly bigint: string
  readonly text: string
  /** A text that may be part of a key. */
  readonly shortText: string
  /** After the closing bracket of a new table. */
  readonly tableOptions: string
  /** Between `create` and `table` for one that goes with the connection, and what is said after its columns. */
  readonly temporary: string
  readonly stageOptions: string
  /** What fills `_datahub_load` where bulk loading cannot say a value. */
  readonly loadDefault: string
  readonly createsIndexes: boolean
  /** A quoted name for an index that no other table's index has; empty where the engine finds one. */
  indexName(table: TableName, column: string): string
}

export interface CopyColumn {
  readonly name: string
  readonly holds: HeldType
}

export interface Copy {
  readonly table: TableName
  /** One per field of the CSV, in its order. */
  readonly columns: readonly CopyColumn[]
  /** For the table's `_datahub_load`, where it has one. */
  readonly loadId?: number
  /** What is done before the first row. */
  readonly first?: readonly Sql[]
  /** Leaves out rows whose field is in none of the cuts; for a target that picks rows. */
  readonly only?: { readonly field: number; readonly cuts: readonly Cut[] }
}

export type Row = Readonly<Record<string, string | null>>

/**
 * For an engine that looks through columns instead of keeping an index: a table may hold two rows of a key until the first
 * one is deleted.
 */
export interface ByScan {
  /** False for a table with a key of its own, which refuses the second row. */
  takesDuplicates(table: TableName): Promise<boolean>
  /** Begins to mark rows of a table that are going to be removed. */
  beginMarking(table: TableName): Promise<void>
  /**
   * Marks the rows that `which` is true for and whose key, of quoted names, one has that `beside` is true for; gives back
   * how many. The keys of the latter are held in memory.
   */
  mark(table: TableName, key: readonly Sql[], which: Sql, beside: Sql): Promise<number>
  /** Removes the rows that were marked. */
  removeMarked(table: TableName): Promise<void>
  /** Removes the rows that the condition is true for. */
  removeWhere(table: TableName, condition: Sql): Promise<void>
  /** An expression for the bytes of a key. */
  keySize(key: readonly Sql[]): Sql
  /** The condition that a key is in one of as many parts, each key always in the same. */
  isInPart(key: readonly Sql[], part: number, parts: number): Sql
}

/** One connection to the receiver's database, as the loader needs it. */
export interface Target {
  readonly kind: 'postgres' | 'mysql' | 'sqlite' | 'duckdb'
  readonly dialect: Dialect
  /** Whether it sees each row before it goes in, and can leave it out: others need a staging table for that. */
  readonly picksRows: boolean
  /** False where DDL commits by itself: then tables are changed before the transaction that fills them. */
  readonly ddlRollsBack: boolean
  /** Absent where rows are found by an index. */
  readonly byScan?: ByScan
  query(statement: Sql): Promise<Row[]>
  /** Statements that need no answer of each other, done in their order: in one trip where the engine can. */
  queryAll(statements: readonly Sql[]): Promise<Row[][]>
  /** Gives back how many rows it touched. */
  run(statement: Sql): Promise<number>
  /**
   * Waits until no other loader is at work in this database, then works alone, beginning with the answers to questions
   * that are asked once it is alone. What throws leaves no trace of rows.
   */
  exclusively<T>(questions: readonly Sql[], work: (answers: readonly Row[][]) => Promise<T>): Promise<T>
  /** Inside of `exclusively`: all of it, or nothing. */
  atomically<T>(work: () => Promise<T>): Promise<T>
  columnsOf(table: TableName): Promise<readonly TableColumn[] | undefined>
  /** Changes the type of a column without changing what it holds. */
  widen(table: TableName, column: string, to: HeldType): Promise<void>
  /**
   * Writes the records of a CSV in our dialect, without its header, as they come; gives back how many the engine took.
   * Throws a Refusal when the engine does not accept a value.
   */
  copyIn(copy: Copy, records: AsyncIterable<Uint8Array>): Promise<number>
  /**
   * For an engine in our own process, which is given little memory: whether it has more now, where `error` says that it had
   * too little. Then the same work may begin anew.
   */
  makeRoom?(error: unknown): Promise<boolean>
  close(): Promise<void>
}

/** `public.asin` as people read it. */
export function wordsOfTable(table: TableName): string {
  return table.schema === undefined ? table.name : `${table.schema}.${table.name}`
}

/** The condition that a row of a table, as t, and one of another, as s, have the same key: names as they are quoted. */
export function sameKey(key: readonly Sql[]): Sql {
  return join(
    key.map((name) => sql`t.${name} = s.${name}`),
    ' and ',
  )
}

export function quoteTable(dialect: Dialect, table: TableName): string {
  return table.schema === undefined
    ? dialect.quote(table.name)
    : `${dialect.quote(table.schema)}.${dialect.quote(table.name)}`
}

export function holdsOf({ type, precision, scale }: Column): HeldType {
  return { type, ...(precision === undefined ? {} : { precision }), ...(scale === undefined ? {} : { scale }) }
}
