import { DataHubError } from '@datahub/core/error/data-hub-error'
import { pino, type DestinationStream, type Logger } from 'pino'

export type { Logger }

/**
 * JSON lines on stderr; warnings and errors go to `recent` as well, whatever the level. Errors are reduced to what is ours:
 * vendors' error objects may carry tokens.
 */
export function createLogger(level: string, recent?: DestinationStream): Logger {
  const stderr = pino.destination(2)
  const kept = recent && [{ level: 'warn', stream: recent }]
  const shown = level === 'silent' ? [] : [{ level, stream: stderr }]
  const least = kept && (level === 'silent' || level === 'error') ? 'warn' : level
  return pino(
    { level: least, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } },
    kept ? pino.multistream([...shown, ...kept]) : stderr,
  )
}

/** What of an error may be written down: a DataHubError's own words, or the name and place of an unexpected one. */
function describeError(error: unknown): Record<string, unknown> {
  if (error instanceof DataHubError) {
    const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) }
    return { code: error.code, message: error.message, facts: error.facts, ...cause }
  }
  // The queue tells of errors as plain objects with the same fields
  if (error instanceof Error || (typeof error === 'object' && error !== null && 'stack' in error)) {
    const { name = 'Error', code, stack } = error as { name?: string; code?: unknown; stack?: string }
    const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
    return {
      type: name,
      ...(typeof code === 'string' ? { code } : {}),
      at: frames.slice(0, 6).map((line) => line.trim()),
    }
  }
  return { type: typeof error }
}
