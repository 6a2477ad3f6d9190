import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { quoteText } from '../sql.ts'
import { bareEnvironment } from '../../foundation/bare-environment.ts'
import type { EngineReply, EngineRequest } from './engine.ts'
import { explainDuckdb } from './errors.ts'
import { RowsPipe } from './rows-pipe.ts'

/** A running DuckDB that may read one folder. `stop` must be called; it may be called at any moment. */
export class DuckdbEngine {
  readonly #child: ChildProcess
  /** A private folder for the pipes through which rows come. */
  readonly #pipes: string
  readonly #waiting = new Map<number, (reply: EngineReply | 'gone') => void>()
  readonly #ended: Promise<unknown>
  #requests = 0
  #pipesMade = 0
  /** For the rows that are asked for next. */
  #pipe: Promise<RowsPipe> | undefined
  #stopping: Promise<void> | undefined

  private constructor(child: ChildProcess, pipes: string) {
    this.#child = child
    this.#pipes = pipes
    this.#ended = once(child, 'close')
    child.on('error', () => {})
    child.on('message', (reply: EngineReply) => {
      this.#waiting.get(reply.id)?.(reply)
      this.#waiting.delete(reply.id)
    })
    child.on('close', () => {
      for (const settle of this.#waiting.values()) settle('gone')
      this.#waiting.clear()
    })
  }

  static async start(folder: string, temporaryDir: string): Promise<DuckdbEngine> {
    const pipes = await mkdtemp(join(temporaryDir, 'duckdb-'))
    // DuckDB would look for its own settings in the hub's environment, too
    const child = fork(join(import.meta.dirname, 'engine.ts'), [JSON.stringify([folder, pipes])], {
      env: bareEnvironment(),
      execArgv: [],
      cwd: pipes,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    return new DuckdbEngine(child, pipes)
  }

  /** Runs one statement, with texts for $1, $2 …, and gives its rows. The signal's abort ends the engine. */
  async query(
    sql: string,
    doing: string,
    signal: AbortSignal,
    values: readonly string[] = [],
  ): Promise<readonly (readonly unknown[])[]> {
    signal.throwIfAborted()
    const stop = () => void this.stop()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const reply = await this.#ask(sql, values)
      signal.throwIfAborted()
      if (reply === 'gone')
        throw new DataHubError('source.interrupted', doing, { hint: 'DuckDB stopped; is memory short?' })
      if ('errorKind' in reply) throw explainDuckdb(reply.errorKind, doing)
      return reply.rows
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** Begins to make the pipe that rows will come through: it takes two programs, which may run while the engine starts. */
  preparePipe(): Promise<RowsPipe> {
    this.#pipe ??= RowsPipe.open(join(this.#pipes, `${(this.#pipesMade += 1)}.csv`))
    this.#pipe.catch(() => {})
    return this.#pipe
  }

  /**
   * The rows of a SELECT as CSV in our dialect, header first, as DuckDB writes them into a pipe. Returns their count,
   * without the header.
   */
  async *copy(
    select: string,
    values: readonly string[],
    doing: string,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, number> {
    const pipe = await this.preparePipe()
    this.#pipe = undefined
    const options = "format csv, header, delimiter ',', quote '\"', escape '\"', nullstr '', use_tmp_file false"
    const copied = this.query(`copy (${select}) to ${quoteText(pipe.path)} (${options})`, doing, signal, values)
    copied.catch(() => {}).finally(() => pipe.endWhenEmpty())
    try {
      yield* pipe
      const [row] = await copied
      return Number(row?.[0])
    } finally {
      await pipe.close()
    }
  }

  /** Ends the process and removes what it left. Never throws, and may be called again. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  async #end(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended.catch(() => {})
    await this.#pipe?.then(
      (pipe) => pipe.close(),
      () => {},
    )
    await rm(this.#pipes, { recursive: true, force: true })
  }

  async #ask(sql: string, values: readonly string[]): Promise<EngineReply | 'gone'> {
    if (!this.#child.connected) return 'gone'
    const request: EngineRequest = { id: (this.#requests += 1), sql, values }
    const { promise, resolve } = Promise.withResolvers<EngineReply | 'gone'>()
    this.#waiting.set(request.id, resolve)
    this.#child.send(request, (error) => {
      if (error) resolve('gone')
    })
    return await promise
  }
}
