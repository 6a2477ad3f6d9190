import { codes, type ErrorCode } from './codes.ts'

/**
 * What a failure asks for: `transient` passes by itself and is tried for hours; `user` waits for somebody's change;
 * `ambiguous` may be either, so it is tried a few times and somebody is told; `ours` is a defect of the hub.
 */
export type ErrorClass = 'transient' | 'user' | 'ambiguous' | 'ours'

export function classOf(code: ErrorCode): ErrorClass {
  const { fault, retry } = codes[code]
  if (retry === 'later') return fault === 'operator' ? 'ambiguous' : 'transient'
  if (retry === 'soon') return 'ambiguous'
  return fault === 'service' ? 'ours' : 'user'
}
