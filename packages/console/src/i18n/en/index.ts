import { common } from './common.ts'
import { destination } from './destination.ts'
import { source } from './source.ts'
import { status } from './status.ts'
import { task } from './task.ts'

/** Every sentence of the page, a file per noun. Other languages have the same keys, or the build fails. */
export const en = { ...common, status, task, destination, source }

export type Messages = typeof en
