import type { Column } from '@datahub/core/bucket/column'

export interface RecipeTable {
  readonly name: string
  readonly columns: readonly Column[]
  /** The column whose days a package replaces. */
  readonly dateColumn?: string | undefined
  /** Without a date column: a row takes the place of the one of the same key. With neither, rows are appended. */
  readonly primaryKey?: readonly string[] | undefined
}

/** What a recipe is filled in with. */
export interface RecipeFacts {
  readonly bucket: string
  readonly prefix: string
  readonly region: string
  /** Of an S3-compatible store; Amazon's own when absent. */
  readonly endpoint?: string | undefined
  readonly taskId: number
  /** The tables of the task, as its newest manifest has them. */
  readonly tables: readonly RecipeTable[]
}

/** The same with what follows from it. */
export interface RecipeNames extends RecipeFacts {
  /** `reports/161/` */
  readonly folder: string
  /** What the AWS command line is told of the store: `--region us-east-1` */
  readonly awsOptions: string
}
