const LIMIT = '--max-semi-space-size=8'

/**
 * Starts this process anew, in place, with less room for what is young: V8 would let it grow to 130 MB before it looks
 * for garbage there, and a hub keeps little of what it makes. Does nothing where somebody has set it, or where a
 * process cannot be replaced (Windows).
 */
export function limitYoungGeneration() {
  const { execPath, execArgv, argv, env } = process
  if (`${execArgv.join(' ')} ${env.NODE_OPTIONS ?? ''}`.includes('--max-semi-space-size')) return
  process.execve?.(execPath, [execPath, LIMIT, ...execArgv, ...argv.slice(1)], env)
}
