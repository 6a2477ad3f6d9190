import { join } from 'node:path'
import { root } from './root.mjs'

/** Beside the code itself: whoever may write there may change the code anyway. */
const folder = join(root, 'node_modules/.cache/datahub-code')

/**
 * A copy of `env` in which Node keeps what it has compiled. From the second start on the TypeScript is not translated
 * again, whose translator alone takes 25 MB of memory, and each command half a second.
 */
export function withCodeCache(env) {
  return { NODE_COMPILE_CACHE: folder, ...env }
}

/** The same for the process we are in, and for what it starts. `enableCompileCache` is of Node 22.8 or later. */
export function useCodeCache({ enableCompileCache }) {
  process.env.NODE_COMPILE_CACHE ??= folder
  enableCompileCache(process.env.NODE_COMPILE_CACHE)
}
