import type { Messages } from '../en/index.ts'
import { alert } from './alert.ts'
import { common } from './common.ts'
import { coverage } from './coverage.ts'
import { destination } from './destination.ts'
import { error } from './error.ts'
import { execution } from './execution.ts'
import { home } from './home.ts'
import { palette } from './palette.ts'
import { shortcut } from './shortcut.ts'
import { source } from './source.ts'
import { status } from './status.ts'
import { task } from './task.ts'

export const zh: Messages = {
  ...common,
  alert,
  coverage,
  destination,
  error,
  execution,
  home,
  palette,
  shortcut,
  source,
  status,
  task,
}
