import type { AlertNotice } from '@datahub/core/alert/alert'
import type { ErrorCode } from '@datahub/core/error/codes'
import type { Status } from '@datahub/core/execution/status'

/** The sentences of a language. */
export interface AlertTexts {
  title(notice: AlertNotice): string
  summary(notice: AlertNotice): string
  /** What to do; `cure` is the English one, which may be more exact. */
  cure(code: ErrorCode | null, cure: string): string
  readonly labels: Readonly<Record<'task' | 'more' | 'code' | 'cure' | 'since' | 'workspace' | 'open', string>>
  moreTasks(count: number): string
  /** In words, with its number. */
  status(status: Status): string
  readonly notBegun: string
  readonly colon: string
}
