import { codes, EXIT, type ErrorCode } from '@datahub/core/error/codes'

/** Ends the command with this code; everything there is to say has been said. */
export class Exit extends Error {
  override readonly name = 'Exit'
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`exit ${exitCode}`)
    this.exitCode = exitCode
  }
}

/** The exit code that belongs to an error: by its code, or by its HTTP status when a newer hub sends a code we do not know. */
export function exitCodeOf(error: { code: string; status: number }): number {
  if (isKnown(error.code)) return codes[error.code].exitCode
  if (error.status === 401 || error.status === 403) return EXIT.unauthorized
  if (error.status === 404) return EXIT.notFound
  return error.status >= 400 && error.status < 500 ? EXIT.usage : EXIT.failed
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(codes, code)
}

/** The table at the end of `datahub --help`. */
export const EXIT_CODE_HELP = `Exit codes:
  ${EXIT.ok}    done
  ${EXIT.failed}    the work failed: an execution did not end with status 6, the hub had a fault
  ${EXIT.usage}    wrong usage: an option, an argument, a file or a value is not valid
  ${EXIT.unauthorized}    not authorised: no token, or one the hub does not accept
  ${EXIT.notFound}    there is no such task, execution, source, destination or token
  ${EXIT.unreachable}    the hub does not answer
  ${EXIT.testFailed}    a connection test failed
  ${EXIT.interrupted}  interrupted with Ctrl-C; what was started goes on`
