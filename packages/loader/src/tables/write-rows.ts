import { Refusal } from '../problem.ts'
import { join, sql, text, type Sql } from '../targets/sql.ts'
import {
  quoteTable,
  sameKey,
  wordsOfTable,
  type ByScan,
  type Copy,
  type CopyColumn,
  type TableName,
  type Target,
} from '../targets/target.ts'
import { stageStatement, type Layout } from './ensure-table.ts'
import type { Cut } from './ranges.ts'
import type { Share } from './share.ts'
import { EXTRA_COLUMN, LOAD_COLUMN } from './table-mapping.ts'
import type { TablePlan } from './table-plan.ts'

const STAGE = '_datahub_stage'
/** So much of keys is compared at a time, where an engine in our own process has to hold them. */
const KEYS_AT_ONCE_BYTES = 4e6
const KEY_OVERHEAD_BYTES = 32

/** Puts the records into the table as the plan says; gives back how many rows of the report are in the table now. */
export async function writeRows(
  target: Target,
  { plan, layout, share, loadId }: { plan: TablePlan; layout: Layout; share: Share; loadId: number },
  records: AsyncIterable<Uint8Array>,
): Promise<number> {
  const writer = new RowWriter(target, plan, layout, loadId)
  if (plan.mode === 'append') {
    await removeLoads(target, plan.table, share.restatedLoads)
    return writer.copy(records)
  }
  if (plan.mode === 'upsert') {
    await removeLoads(target, plan.table, share.restatedLoads)
    return writer.upsert(records, share.newerLoads)
  }
  const [only] = share.cuts
  const isWhole = share.cuts.length === 1 && only?.from === plan.cut?.from && only?.to === plan.cut?.to
  return isWhole ? writer.replace(records, share.cuts) : writer.replaceCuts(records, share.cuts)
}

/** Takes out what loads have put into a table; one that is not there any more holds nothing of them. */
export async function removeLoads(target: Target, table: TableName, loads: readonly number[]): Promise<void> {
  if (loads.length === 0 || (await target.columnsOf(table)) === undefined) return
  const condition = sql`${text(target.dialect.quote(LOAD_COLUMN))} in (${listOf(loads)})`
  if (target.byScan) await target.byScan.removeWhere(table, condition)
  else await target.run(sql`delete from ${text(quoteTable(target.dialect, table))} where ${condition}`)
}

class RowWriter {
  readonly #target: Target
  readonly #plan: TablePlan
  readonly #layout: Layout
  readonly #loadId: number
  readonly #table: Sql

  constructor(target: Target, plan: TablePlan, layout: Layout, loadId: number) {
    this.#target = target
    this.#plan = plan
    this.#layout = layout
    this.#loadId = loadId
    this.#table = text(quoteTable(target.dialect, plan.table))
  }

  /** All of a range goes, and its rows come. */
  async replace(records: AsyncIterable<Uint8Array>, cuts: readonly Cut[]): Promise<number> {
    return this.copy(records, await this.#clear(cuts))
  }

  /** Removes the rows of the cuts, or gives back the statements that do, for the trip in which the first row goes. */
  async #clear(cuts: readonly Cut[]): Promise<Sql[]> {
    const { byScan } = this.#target
    if (!byScan) return cuts.map((cut) => sql`delete from ${this.#table} where ${this.#within(cut, '')}`)
    await byScan.removeWhere(this.#plan.table, this.#withinOne(cuts, ''))
    return []
  }

  /** Straight into the table where every field has its column; otherwise by way of a staging table. */
  async copy(
    records: AsyncIterable<Uint8Array>,
    first: readonly Sql[] = [],
    only: Pick<Copy, 'only'> = {},
  ): Promise<number> {
    if (this.#gathers) {
      await this.#target.queryAll(first)
      return this.#staged(records, () => this.#insert(text('')))
    }
    const columns = this.#layout.columns.filter((column) => column !== undefined)
    const load = this.#hasLoad ? { loadId: this.#loadId } : {}
    return this.#target.copyIn({ table: this.#plan.table, columns, first, ...load, ...only }, records)
  }

  /** Only the rows that are in one of the cuts. */
  async replaceCuts(records: AsyncIterable<Uint8Array>, cuts: readonly Cut[]): Promise<number> {
    const field = this.#plan.cut?.columnIndex
    if (field !== undefined && this.#target.picksRows && !this.#gathers)
      return this.copy(records, await this.#clear(cuts), { only: { field, cuts } })
    await this.#target.queryAll(await this.#clear(cuts))
    return this.#staged(records, () => this.#insert(sql` where ${this.#withinOne(cuts, 's.')}`))
  }

  /** Per key, the row of the latest execution stays. */
  async upsert(records: AsyncIterable<Uint8Array>, newerLoads: readonly number[]): Promise<number> {
    const { byScan } = this.#target
    if (byScan && (await byScan.takesDuplicates(this.#plan.table)))
      return this.#upsertInTable(byScan, records, newerLoads)
    const [stage, load] = [this.#quote(STAGE), this.#quote(LOAD_COLUMN)]
    return this.#staged(records, async (rows) => {
      await this.#requireKeys(stage)
      await this.#requireDistinctKeys(stage)
      const older =
        newerLoads.length === 0 ? text('1 = 1') : sql`(t.${load} is null or t.${load} not in (${listOf(newerLoads)}))`
      for (const statement of this.#target.dialect.deleteMatching(this.#table, stage, { key: this.#key, older, rows }))
        await this.#target.run(statement)
      return this.#insert(newerLoads.length === 0 ? text('') : this.#unlessKept())
    })
  }

  /** What follows `from … s`: only rows whose key the table does not have, in a form that every engine joins by a hash or an index. */
  #unlessKept(): Sql {
    const key = this.#key
    return sql` left join ${this.#table} t on ${sameKey(key)} where t.${key[0] ?? text('')} is null`
  }

  /**
   * Rows go straight in beside those that they replace, and these go afterwards: no second copy of every column, which is
   * what a staging table costs an engine that keeps columns.
   */
  async #upsertInTable(
    byScan: ByScan,
    records: AsyncIterable<Uint8Array>,
    newerLoads: readonly number[],
  ): Promise<number> {
    const [load, own] = [this.#quote(LOAD_COLUMN), text(String(this.#loadId))]
    // Rows with our number are of a ledger that is gone: they are nobody's.
    await this.#target.run(sql`update ${this.#table} set ${load} = null where ${load} = ${own}`)
    const copied = await this.copy(records)
    const key = this.#key
    const [ofOwn, ofNewer] = [
      sql`${load} = ${own}`,
      newerLoads.length === 0 ? text('false') : sql`${load} in (${listOf(newerLoads)})`,
    ]
    const [held] = await this.#target.query(
      sql`select sum(${text(String(KEY_OVERHEAD_BYTES))} + ${byScan.keySize(key)}) as bytes from ${this.#table}
        where ${ofOwn} or ${ofNewer}`,
    )
    const parts = 1 + Math.floor(Number(held?.bytes ?? 0) / KEYS_AT_ONCE_BYTES)
    const ofOther = sql`${load} is distinct from ${own}`
    const [other] = await this.#target.query(sql`select 1 as found from ${this.#table} where ${ofOther} limit 1`)
    await this.#requireKeys(this.#table, ofOwn)
    let beaten = 0
    await byScan.beginMarking(this.#plan.table)
    for (let part = 0; part < parts; part += 1) {
      const inPart = byScan.isInPart(key, part, parts)
      const mark = (which: Sql, beside: Sql) =>
        byScan.mark(this.#plan.table, key, sql`${which} and ${inPart}`, sql`${beside} and ${inPart}`)
      await this.#requireDistinctKeys(this.#table, sql`${ofOwn} and ${inPart}`)
      if (!other) continue
      if (newerLoads.length > 0) beaten += await mark(ofOwn, ofNewer)
      await mark(sql`${ofOther} and (${ofNewer}) is not true`, ofOwn)
    }
    await byScan.removeMarked(this.#plan.table)
    return copied - beaten
  }

  async #staged(records: AsyncIterable<Uint8Array>, use: (rows: number) => Promise<number>): Promise<number> {
    const stage = this.#quote(STAGE)
    await this.#target.run(sql`${text(this.#target.dialect.dropStage(stage.texts[0] ?? ''))}`)
    const columns = this.#stageColumns()
    await this.#target.run(stageStatement(this.#target.dialect, STAGE, columns))
    const staged = await this.#target.copyIn({ table: { name: STAGE }, columns }, records)
    const rows = await use(staged)
    await this.#target.run(sql`${text(this.#target.dialect.dropStage(stage.texts[0] ?? ''))}`)
    return rows
  }

  /** As delivered: what the table holds may be wider, and the engine widens on the way over. */
  #stageColumns(): CopyColumn[] {
    return this.#plan.columns.map((column, at) => ({
      name: this.#layout.columns[at]?.name ?? column.name,
      holds: column.holds,
    }))
  }

  #insert(rest: Sql): Promise<number> {
    const into: Sql[] = []
    const from: Sql[] = []
    const gathered: (readonly [string, string])[] = []
    this.#stageColumns().forEach(({ name }, at) => {
      const quoted = this.#quote(name)
      if (this.#layout.columns[at]) {
        into.push(quoted)
        from.push(sql`s.${quoted}`)
      } else gathered.push([this.#plan.delivered.columns[at]?.name ?? name, `s.${quoted.texts[0]}`])
    })
    if (gathered.length > 0) {
      into.push(this.#quote(EXTRA_COLUMN))
      from.push(this.#target.dialect.jsonObject(gathered))
    }
    if (this.#hasLoad) {
      into.push(this.#quote(LOAD_COLUMN))
      from.push(text(String(this.#loadId)))
    }
    const stage = this.#quote(STAGE)
    return this.#target.run(
      sql`insert into ${this.#table} (${join(into, ', ')}) select ${join(from, ', ')} from ${stage} s${rest}`,
    )
  }

  async #requireKeys(rows: Sql, which = text('1 = 1')): Promise<void> {
    const absent = join(
      this.#key.map((name) => sql`${name} is null`),
      ' or ',
    )
    const [without] = await this.#target.query(
      sql`select 1 as found from ${rows} where ${which} and (${absent}) limit 1`,
    )
    if (without) throw new Refusal(`a row for ${wordsOfTable(this.#plan.table)} has no key`)
  }

  async #requireDistinctKeys(rows: Sql, which = text('1 = 1')): Promise<void> {
    const key = join(this.#key, ', ')
    const [twice] = await this.#target.query(
      sql`select 1 as found from ${rows} where ${which} group by ${key} having count(*) > 1 limit 1`,
    )
    if (twice) throw new Refusal(`two rows for ${wordsOfTable(this.#plan.table)} have the same key`)
  }

  #withinOne(cuts: readonly Cut[], prefix: string): Sql {
    return join(
      cuts.map((cut) => sql`(${this.#within(cut, prefix)})`),
      ' or ',
    )
  }

  /** The condition that a row is in the cut; `prefix` is the alias of its table, with a full stop. */
  #within(cut: Cut, prefix: string): Sql {
    const { dialect } = this.#target
    const at = this.#plan.cut?.columnIndex ?? 0
    const delivered = this.#plan.columns[at] as CopyColumn
    const { name, holds } = this.#layout.columns[at] ?? delivered
    const column = `${prefix}${dialect.quote(name)}`
    const type = prefix === '' ? holds : delivered.holds
    return text(`${column} >= ${dialect.bound(cut.from, type)} and ${column} < ${dialect.bound(cut.to, type)}`)
  }

  /** Whether some fields have no column of their own. */
  get #gathers(): boolean {
    return this.#layout.columns.includes(undefined)
  }

  get #hasLoad(): boolean {
    return this.#plan.mode !== 'replace'
  }

  /** Its columns, quoted. */
  get #key(): Sql[] {
    return this.#plan.key.map((name) => this.#quote(name))
  }

  #quote(name: string): Sql {
    return text(this.#target.dialect.quote(name))
  }
}

/** Numbers of our own ledger. */
function listOf(ids: readonly number[]): Sql {
  return text(ids.map((id) => String(Math.trunc(id))).join(', '))
}
