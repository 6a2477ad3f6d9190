import { syncLogName, taskDirectory } from '@datahub/core/bucket/names'
import { bigquery, databricks, duckdb, redshift, snowflake } from './texts.ts'

/** What a recipe is filled in with. */
export interface RecipeFacts {
  readonly bucket: string
  readonly prefix: string
  readonly region: string
  readonly taskId: number
  /** The tables of the task, as its newest manifest has them. */
  readonly tables: readonly string[]
}

/** The same with what follows from it. */
export interface RecipeNames extends RecipeFacts {
  /** `reports/161/` */
  readonly folder: string
  readonly syncLog: string
}

export const RECIPES = ['snowflake', 'databricks', 'redshift', 'bigquery', 'duckdb'] as const
export type RecipeKind = (typeof RECIPES)[number]

const TEXTS: Record<RecipeKind, (names: RecipeNames) => string> = { snowflake, databricks, redshift, bigquery, duckdb }

/** Ready text that loads a task's packages into a warehouse this loader does not write to. */
export function recipe(kind: RecipeKind, facts: RecipeFacts): string {
  return TEXTS[kind]({
    ...facts,
    folder: taskDirectory(facts.prefix, facts.taskId),
    syncLog: syncLogName(facts.taskId),
  })
}
