import type { Sql } from '../targets/sql.ts'
import type { Row, Target } from '../targets/target.ts'

/** Statements and what their rows mean, apart: so the questions of several go to the database in one trip. */
export interface Question<Answer> {
  readonly statements: readonly Sql[]
  /** Takes the rows of each of the statements. */
  read(rows: readonly (readonly Row[])[]): Answer
}

export function question<Answer>(statement: Sql, read: (rows: readonly Row[]) => Answer): Question<Answer> {
  return { statements: [statement], read: ([rows = []]) => read(rows) }
}

export function both<First, Second>(first: Question<First>, second: Question<Second>): Question<[First, Second]> {
  const own = first.statements.length
  return {
    statements: [...first.statements, ...second.statements],
    read: (rows) => [first.read(rows.slice(0, own)), second.read(rows.slice(own))],
  }
}

export async function answerOf<Answer>(target: Target, { statements, read }: Question<Answer>): Promise<Answer> {
  return read(await target.queryAll(statements))
}
