import { DataHubError } from '@datahub/core/error/data-hub-error'

/** Ends everything that is done for a package once its time is up. */
export class Deadline {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout

  constructor(
    minutes: number,
    cure = 'raise deadlineMinutes, ask for a smaller range, or add an index on the date column',
  ) {
    const hint = `It took more than ${minutes} minutes: ${cure}.`
    const expire = () => this.#controller.abort(new DataHubError('source.timeout', 'read the reports', { hint }))
    this.#timer = setTimeout(expire, minutes * 60_000)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  clear(): void {
    clearTimeout(this.#timer)
  }
}
