import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { TestBucket } from '../parts/bucket.ts'
import type { TestDatabase } from '../parts/database.ts'

const LOADER = resolve(import.meta.dirname, '../../packages/loader/bin/datahub-loader.js')

export interface LoaderOptions {
  readonly bucket: TestBucket
  /** The bucket's port as this loader sees it. */
  readonly port: number
  readonly taskId: number
  readonly target: TestDatabase
  readonly workFolder: string
}

/** `datahub-loader load`, a process each time it is run; the same work folder, so that it goes on with what it has. */
export class LoaderProcess implements Disposable {
  readonly #options: LoaderOptions
  #running: ChildProcess | undefined

  constructor(options: LoaderOptions) {
    this.#options = options
  }

  /** Answers the exit code; null when it was killed. */
  async run(): Promise<number | null> {
    const { bucket, port, taskId, target, workFolder } = this.#options
    const where = { bucket: bucket.name, region: bucket.region, endpoint: `http://127.0.0.1:${port}` }
    const words = { ...where, task: String(taskId), into: target.url, 'work-folder': workFolder }
    const { accessKeyId, secretAccessKey } = bucket.user
    this.#running = spawn(
      process.execPath,
      [LOADER, 'load', ...Object.entries(words).flatMap(([name, value]) => [`--${name}`, value])],
      {
        stdio: 'ignore',
        env: { ...process.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
      },
    )
    const [code] = (await once(this.#running, 'exit')) as [number | null]
    this.#running = undefined
    return code
  }

  /** False when none runs at the moment. */
  signal(signal: NodeJS.Signals): boolean {
    return this.#running?.kill(signal) ?? false
  }

  [Symbol.dispose](): void {
    this.signal('SIGKILL')
  }
}
