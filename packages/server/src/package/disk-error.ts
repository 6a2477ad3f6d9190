import { DataHubError } from '@datahub/core/error/data-hub-error'

const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** What the file system said, as `hub.disk_full` or `package.failed`. */
export function diskError(error: unknown, doing: string): DataHubError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  return new DataHubError(FULL.has(code) ? 'hub.disk_full' : 'package.failed', doing, {
    cause: error,
    facts: { error: code },
  })
}
