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
