import { taskDirectory } from '@datahub/core/bucket/names'
import { bigquery } from './bigquery.ts'
import { databricks } from './databricks.ts'
import { duckdb } from './duckdb.ts'
import type { RecipeFacts, RecipeNames } from './recipe-facts.ts'
import { redshift } from './redshift.ts'
import { snowflake } from './snowflake.ts'

export const RECIPES = ['snowflake', 'databricks', 'redshift', 'bigquery', 'duckdb'] as const
export type RecipeKind = (typeof RECIPES)[number]

const TEXTS: Record<RecipeKind, (names: RecipeNames) => string> = { snowflake, databricks, redshift, bigquery, duckdb }

/** Ready text that loads a task's packages into a warehouse this loader does not write to. */
export function recipe(kind: RecipeKind, facts: RecipeFacts): string {
  const { prefix, taskId, region, endpoint } = facts
  const awsOptions = `--region ${region}${endpoint === undefined ? '' : ` --endpoint-url ${endpoint}`}`
  return TEXTS[kind]({ ...facts, folder: taskDirectory(prefix, taskId), awsOptions })
}
