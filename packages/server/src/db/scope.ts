import { sql, type RawBuilder } from 'kysely'

/** The rows of one workspace. Whoever asks for a caller has one; it is what a request was let in with. */
export interface Scope {
  readonly workspaceId: number
}

/** The hub's own work, for no caller: rows of all workspaces. Nothing that a request reaches may say this. */
export const EVERYWHERE = Symbol('everywhere')

/** Every query for definitions, executions and pushes says whose it means: one that forgets to does not compile. */
export type Within = Scope | typeof EVERYWHERE

/** The condition that a row is seen; `table` names the table, or its alias, in the query. */
export function isWithin(within: Within, table: string): RawBuilder<boolean> {
  return within === EVERYWHERE
    ? sql<boolean>`true`
    : sql<boolean>`${sql.ref(`${table}.workspace_id`)} = ${within.workspaceId}`
}

/** The workspace that is there from the start and owns what was there before workspaces; its admins run the hub. */
export const FIRST_WORKSPACE = 1
