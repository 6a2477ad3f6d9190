import { EXIT } from '@datahub/core/error/codes'

/** Something that ends the command: what could not be done and why, and what to do about it. Our own text, no secrets. */
export class LoaderError extends Error {
  override readonly name = 'LoaderError'
  readonly cure: string
  readonly exitCode: number

  constructor(
    message: string,
    cure: string,
    { exitCode = EXIT.failed, cause }: { exitCode?: number; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause })
    this.cure = cure
    this.exitCode = exitCode
  }
}

/** One package that may not be loaded. It is recorded with this reason, and the packages after it go on. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Somebody wants it to end: nothing failed, and what has come so far stays for the next run. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
}

/** A vendor's error in one line, safe to show: its words for what happened, never its fields. */
export function wordsOf(error: unknown): string {
  const text =
    error instanceof Error ? error.message || ((error as { code?: string }).code ?? error.name) : String(error)
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 500)
}
