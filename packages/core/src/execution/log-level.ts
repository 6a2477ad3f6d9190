/** Of a line of an execution's log, the least first. `warn`: it goes on, and somebody may want to look; `error`: it did not. */
export const LOG_LEVELS = ['info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Whether a line is shown to whoever wants to see a level and what is graver. */
export function isAtLeast(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least)
}
