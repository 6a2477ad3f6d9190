import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { ErrorCode } from '@datahub/core/error/codes'

/** By the first words of DuckDB's messages. The rest of them quotes values and is never passed on. */
const MEANINGS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  'Conversion Error': [
    'source.query_failed',
    'A value is not of the type of its column, or not a date where one is needed.',
  ],
  'Invalid Input Error': ['source.query_failed', 'A file is not what its format says, or is damaged.'],
  'IO Error': ['source.query_failed', 'A file cannot be read, or is not what its format says.'],
  'Out of Memory Error': ['source.query_failed', 'The files need too much memory: split them, or pick fewer columns.'],
  'Permission Error': ['source.folder_forbidden', 'A file is outside the folder.'],
}

export function explainDuckdb(errorKind: string, doing: string): DataHubError {
  const [code, hint] =
    MEANINGS[errorKind] ?? (['source.query_failed', 'The files cannot be read as one table.'] as const)
  return new DataHubError(code, doing, { hint, facts: { error: errorKind } })
}
