import { join, sql, text, type Sql } from '../sql.ts'
import { quoteTable, sameKey, type TableName } from '../target.ts'
import { duckdbDialect as dialect } from './dialect.ts'
import { ROW_GROUP_ROWS } from './open-file.ts'
import { change, type Ask } from './statement.ts'

/**
 * DuckDB notes of every row beside one that goes who has deleted it, until the commit, and holds the notes in memory: 16 KiB
 * for each 2,048 rows of which some go and some stay, in pieces of 256 KiB for each row group. Of rows that all go it notes
 * nothing.
 */
const VECTOR_ROWS = 2048
const VECTOR_NOTE_BYTES = 16_400
const NOTES_PIECE_BYTES = 262_144
/** With more notes than this, the rows that stay are written anew instead. */
const NOTES_MAX_BYTES = 24e6
/** Rows of the table that are gone through at a time; the numbers of those that go are in memory. */
const PIECE_ROWS = 262_144

/** A table of so few has no notes to speak of. */
const FEW_ROWS = 32_768

/** Numbers of rows that are going to be removed. */
const MARKED = text('temp._datahub_marked')
/** The table as it was, while what stays of it is written anew. */
const BEFORE = '_datahub_before'

/** How rows go without more memory for more of them. */
export class RowRemoval {
  readonly #ask: Ask
  /** Lets DuckDB have as much memory as it needs for the notes. */
  readonly #allow: () => Promise<unknown>
  /** Of this transaction, in bytes. */
  notes = 0
  /** Whether this transaction removes rows from a table that has many. */
  isLarge = false

  constructor(ask: Ask, allow: () => Promise<unknown>) {
    this.#ask = ask
    this.#allow = allow
  }

  /** Begins a transaction. */
  reset(): void {
    this.notes = 0
    this.isLarge = false
  }

  /** Begins to mark rows of a table. */
  async begin(table: TableName): Promise<void> {
    await this.#lookAt(table)
    await this.#ask(sql`create or replace temporary table _datahub_marked (id bigint)`)
  }

  /**
   * Marks the rows that `which` is true for and whose key one has that `beside` is true for; gives back how many. As a join
   * of two questions: with `exists`, the engine would hold the keys of the whole table.
   */
  async mark(table: TableName, key: readonly Sql[], which: Sql, beside: Sql): Promise<number> {
    const [rows, keys] = [nameOf(table), join(key, ', ')]
    return change(
      this.#ask,
      sql`insert into ${MARKED} select t.id from (select rowid as id, ${keys} from ${rows} where ${which}) t
        semi join (select ${keys} from ${rows} where ${beside}) s on ${sameKey(key)}`,
    )
  }

  async removeMarked(table: TableName): Promise<void> {
    if (await this.#leavesTooMany(table, sql`select id from ${MARKED}`)) {
      await this.#writeAnew(table, (piece) => sql`rowid not in (select id from ${MARKED} where ${within(piece, 'id')})`)
    } else {
      for (const piece of await this.#pieces(MARKED, 'id'))
        await this.#ask(
          sql`delete from ${nameOf(table)} where ${within(piece, 'rowid')} and rowid in (select id from ${MARKED} where ${within(piece, 'id')})`,
        )
    }
    await this.#ask(sql`drop table ${MARKED}`)
  }

  /** Removes the rows that the condition is true for. */
  async removeWhere(table: TableName, condition: Sql): Promise<void> {
    await this.#lookAt(table)
    if (await this.#leavesTooMany(table, sql`select rowid as id from ${nameOf(table)} where ${condition}`))
      await this.#writeAnew(table, () => sql`(${condition}) is not true`)
    else await this.#ask(sql`delete from ${nameOf(table)} where ${condition}`)
  }

  /** Whether the notes would be too many if these rows were deleted; where not, or where it has to be, DuckDB may hold them. */
  async #leavesTooMany(table: TableName, ids: Sql): Promise<boolean> {
    if (!this.isLarge) return false
    const notes = await this.#notesOf(ids)
    if (this.notes + notes > NOTES_MAX_BYTES && (await this.#canBeWrittenAnew(table))) return true
    this.notes += notes
    await this.#allow()
    return false
  }

  async #lookAt(table: TableName): Promise<void> {
    const [row] = await this.#ask(sql`select count(*) as found from ${nameOf(table)}`)
    if (Number(row?.found) > FEW_ROWS) this.isLarge = true
  }

  async #notesOf(ids: Sql): Promise<number> {
    const [vectors, rowGroups] = [text(String(VECTOR_ROWS)), text(String(ROW_GROUP_ROWS))]
    const [row] = await this
      .#ask(sql`select count(*) as vectors, count(distinct vector * ${vectors} // ${rowGroups}) as row_groups
          from (select id // ${vectors} as vector from (${ids}) group by vector having count(*) < ${vectors})`)
    return Math.max(Number(row?.vectors) * VECTOR_NOTE_BYTES, Number(row?.row_groups) * NOTES_PIECE_BYTES)
  }

  async #pieces(table: Sql, id: string): Promise<bigint[]> {
    const rows = await this.#ask(
      sql`select distinct ${text(id)} // ${text(String(PIECE_ROWS))} as piece from ${table} order by piece`,
    )
    return rows.map(({ piece }) => BigInt(piece ?? 0))
  }

  /** False for a table with something that would have to be made anew, or that others hold on to. */
  async #canBeWrittenAnew(table: TableName): Promise<boolean> {
    const [row] = await this
      .#ask(sql`select sql from duckdb_tables() where ${isIt(table)} and index_count = 0 and not has_primary_key
          and sql not ilike '%generated always%' and not exists (select 1 from duckdb_constraints() where ${isIt(table)}
          and constraint_type in ('UNIQUE', 'FOREIGN KEY'))`)
    return row !== undefined
  }

  /** Keeps what the condition lets stay, in a table that is made by the same words. */
  async #writeAnew(table: TableName, stays: (piece: bigint) => Sql): Promise<void> {
    const [made] = await this.#ask(sql`select sql, comment from duckdb_tables() where ${isIt(table)}`)
    const columns = await this.#ask(
      sql`select column_name as name, comment from duckdb_columns() where ${isIt(table)} and comment is not null`,
    )
    const [now, before] = [nameOf(table), nameOf({ ...table, name: BEFORE })]
    await this.#ask(sql`alter table ${now} rename to ${text(BEFORE)}`)
    await this.#ask(text(made?.sql ?? ''))
    for (const piece of await this.#pieces(before, 'rowid'))
      await this.#ask(
        sql`insert into ${now} select * from ${before} where ${within(piece, 'rowid')} and ${stays(piece)}`,
      )
    await this.#ask(sql`drop table ${before}`)
    if (made?.comment) await this.#ask(sql`comment on table ${now} is ${quoted(made.comment)}`)
    for (const { name, comment } of columns)
      await this.#ask(sql`comment on column ${now}.${text(dialect.quote(name ?? ''))} is ${quoted(comment ?? '')}`)
  }
}

function within(piece: bigint, id: string): Sql {
  const rows = BigInt(PIECE_ROWS)
  return text(`${id} >= ${piece * rows} and ${id} < ${(piece + 1n) * rows}`)
}

function nameOf(table: TableName): Sql {
  return text(quoteTable(dialect, table))
}

/** The condition that a line of the catalogue is of the table. */
export function isIt({ schema, name }: TableName): Sql {
  return sql`database_name = current_database() and schema_name = ${schema === undefined ? text('current_schema()') : sql`${schema}`}
    and lower(table_name) = lower(${name})`
}

/** Where the engine takes no bound value. */
function quoted(value: string): Sql {
  return text(`'${value.replaceAll("'", "''")}'`)
}
