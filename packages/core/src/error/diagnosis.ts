import { STORAGE_ERRORS } from '../destination/storage-errors.ts'
import { codes, type CodeFacts, type ErrorCode } from './codes.ts'
import { classOf } from './error-class.ts'

export const SIDES = ['source', 'destination', 'hub', 'nobody'] as const

export interface Diagnosis {
  /** Where it went wrong; `nobody`: somebody wanted it so, or it passes by itself. */
  readonly side: (typeof SIDES)[number]
  /** Who has to act. */
  readonly fault: CodeFacts['fault']
  /** What to do about it, as exact as it is known. */
  readonly remedy: string
}

/** Whose fault a failure is, and what helps. `facts.code` is the storage's own word, where it was one that refused. */
export function diagnose(failure: {
  readonly code: ErrorCode
  readonly cure: string
  readonly facts: Readonly<Record<string, string | number>>
}): Diagnosis {
  const { fault, cure } = codes[failure.code]
  const storage = STORAGE_ERRORS[String(failure.facts['code'])]
  // The storage's word means something else in some situations; then the hub's own code is what counts
  const exact = storage?.code === failure.code ? storage.remedy?.meanwhile : undefined
  return { side: sideOf(failure.code), fault, remedy: failure.cure === cure ? (exact ?? cure) : failure.cure }
}

function sideOf(code: ErrorCode): Diagnosis['side'] {
  const { fault } = codes[code]
  if (code === 'execution.cancelled' || (fault === 'service' && classOf(code) === 'transient')) return 'nobody'
  if (fault !== 'customer') return 'hub'
  if (code.startsWith('source.')) return 'source'
  return code.startsWith('destination.') ? 'destination' : 'hub'
}
