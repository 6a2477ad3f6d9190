import { filesystem } from './filesystem/index.ts'
import type { DestinationKind } from './kind.ts'
import { s3 } from './s3/index.ts'

/** The kinds of storage that are offered, in the order in which people see them. A new one is one line here. */
export const destinationKinds: readonly DestinationKind[] = [s3, filesystem]
