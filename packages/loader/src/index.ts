/**
 * Loads Data Hub packages from a bucket into a database, each exactly once.
 *
 * ```ts
 * import { loadTask } from 'datahub-loader'
 *
 * const report = await loadTask({ bucket: 'company-xnurta-data', taskId: 161, into: 'postgres://localhost/reports' })
 * console.log(report.rows, report.refused)
 * ```
 */
export { loadTask, reloadPackage, reloadRefused } from './load-task.ts'
export type { LoadReport } from './load-task.ts'
export type { LoadEvent, LoadTaskOptions, PackageResult } from './session.ts'
export { taskStatus } from './task-status.ts'
export type { TaskStatus } from './task-status.ts'
export { verifyTask } from './verify-task.ts'
export type { VerifiedTable } from './verify-task.ts'
export { recipe, RECIPES } from './recipes/recipe.ts'
export type { RecipeFacts, RecipeTable } from './recipes/recipe-facts.ts'
export type { Mode, TableMapping } from './tables/table-mapping.ts'
export { LoaderError, Refusal } from './problem.ts'
