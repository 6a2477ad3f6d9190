import type { Messages } from '../en/index.ts'
import { common } from './common.ts'
import { destination } from './destination.ts'
import { source } from './source.ts'
import { status } from './status.ts'
import { task } from './task.ts'

export const zh: Messages = { ...common, status, task, destination, source }
