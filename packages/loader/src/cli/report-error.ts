import { EXIT } from '@datahub/core/error/codes'
import { LoaderError, Refusal, wordsOf } from '../problem.ts'

/** Every failure on stderr, without a stack: what could not be done and why, then what to do. Gives back the exit code. */
export function reportError(error: unknown, json: boolean): number {
  const told =
    error instanceof LoaderError
      ? error
      : error instanceof Refusal
        ? new LoaderError(error.message, 'Look at "datahub-loader status".')
        : new LoaderError(
            `Something unexpected happened: ${wordsOf(error)}`,
            'Run it again; report it with what stands above if it happens again.',
            { exitCode: EXIT.failed },
          )
  const { message, cure, exitCode } = told
  process.stderr.write(
    json ? `${JSON.stringify({ error: message, try: cure, exitCode })}\n` : `Error: ${message}\nTry: ${cure}\n`,
  )
  return exitCode
}
