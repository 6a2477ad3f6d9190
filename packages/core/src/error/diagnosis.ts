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
  const exact = storage?.code === failure.code ? storage.remedy : undefined
  return { side: sideOf(failure.code), fault, remedy: failure.cure === cure ? (exact ?? cure) : failure.cure }
}

/** How remedies say that the hub does it by itself, alone or beside something else. */
const BY_ITSELF = /(?:^It is|; it is|; it) (?:tried again|asked for anew|made again|starts again) by itself[.;] ?/
const NO_MORE = 'It is not tried again by itself any more: retry it ("datahub execution retry").'

/** What helps once the last attempt has failed. */
export function remedyInTheEnd(failure: Parameters<typeof diagnose>[0]): string {
  const { remedy } = diagnose(failure)
  if (!BY_ITSELF.test(remedy)) return remedy
  const rest = remedy.replace(BY_ITSELF, (_, at: number) => (at === 0 ? '' : '. ')).trim()
  return rest === '' ? NO_MORE : `${NO_MORE} ${rest[0]?.toUpperCase()}${rest.slice(1)}`
}

function sideOf(code: ErrorCode): Diagnosis['side'] {
  const { fault } = codes[code]
  if (code === 'execution.cancelled' || (fault === 'service' && classOf(code) === 'transient')) return 'nobody'
  if (fault !== 'customer') return 'hub'
  if (code.startsWith('source.')) return 'source'
  return code.startsWith('destination.') ? 'destination' : 'hub'
}
