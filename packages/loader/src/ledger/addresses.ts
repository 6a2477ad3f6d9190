import { sql } from '../targets/sql.ts'
import type { Target } from '../targets/target.ts'
import { ADDRESSES, hasAddresses } from './ledger-tables.ts'
import type { LedgerEntry } from './ledger.ts'

type Known = Pick<LedgerEntry, 'instance' | 'packageName'>

/** Remembers that a package of the ledger is under this address too: nobody has to look at it there again. */
export async function recordAddress(target: Target, location: string, { instance, packageName }: Known): Promise<void> {
  await target.run(
    sql`insert into ${ADDRESSES} (location, instance, package) values (${location}, ${instance}, ${packageName})`,
  )
}

/** Those of the entries whose packages are known to be under this address. */
export async function entriesAt<Entry extends Known & Pick<LedgerEntry, 'location'>>(
  target: Target,
  entries: readonly Entry[],
  location: string,
): Promise<Entry[]> {
  if (entries.every((entry) => entry.location === location)) return [...entries]
  const rows = (await hasAddresses(target))
    ? await target.query(sql`select instance, package from ${ADDRESSES} where location = ${location}`)
    : []
  const met = new Set(rows.map((row) => JSON.stringify([row.instance, row.package])))
  return entries.filter(
    (entry) => entry.location === location || met.has(JSON.stringify([entry.instance, entry.packageName])),
  )
}
