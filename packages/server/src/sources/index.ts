import type { SourceKind } from './kind.ts'
import { sample } from './sample/index.ts'

/** The kinds of data source that people can choose. */
export const sourceKinds: readonly SourceKind[] = [sample]
