import { stepsOf } from './answer-path.ts'
import type { ReportColumn } from './settings.ts'

/** A service sends the same fields with every record, or leaves out those that are empty: so many show all. */
const LOOKED_AT = 200
const MOST_NAMED = 10
const LONGEST_NAME = 60

/**
 * Holds the fields that a service sends against those that the columns are read from: the columns of a report are what its
 * definition says, so that a field the service has added, removed or renamed would otherwise go by unnoticed.
 */
export class FieldWatch {
  readonly #taken: ReadonlySet<string>
  readonly #unseen: Map<number, string>
  readonly #untaken = new Set<string>()
  #records = 0

  constructor(columns: readonly ReportColumn[]) {
    this.#taken = new Set(columns.map(({ name, from }) => (from === undefined ? name : String(stepsOf(from)[0]))))
    this.#unseen = new Map(columns.map(({ name }, index) => [index, name]))
  }

  /** A record, and what its columns were read as; undefined: there is no such field in it. */
  see(record: object, values: readonly unknown[]): void {
    for (const index of this.#unseen.keys()) if (values[index] !== undefined) this.#unseen.delete(index)
    if (this.#records < LOOKED_AT) this.seeFields(Object.keys(record))
    this.#records += 1
  }

  /** The fields of a record or, for a CSV, of all of them. */
  seeFields(names: readonly string[]): void {
    for (const name of names) if (!this.#taken.has(name)) this.#untaken.add(name)
  }

  /** What people should hear of it. */
  remarks(table: string): string[] {
    const remarks: string[] = []
    if (this.#records > 0 && this.#unseen.size > 0)
      remarks.push(
        `No record of ${table} has the field of ${shorten([...this.#unseen.values()])}: NULL in every row. Has the service renamed or removed it?`,
      )
    if (this.#untaken.size > 0)
      remarks.push(`The service sends fields of ${table} that no column takes: ${shorten([...this.#untaken].sort())}`)
    return remarks
  }
}

function shorten(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  const shown = names.slice(0, MOST_NAMED).map((name) => name.slice(0, LONGEST_NAME))
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
