import type { SourceKind } from '../sources/kind.ts'
import type { DestinationKind } from '../destinations/kind.ts'
import { contract } from '@datahub/core/api/contract'
import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createDatabase, type TestDatabase } from '../../../../test/parts/database.ts'
import { readConfig } from '../config.ts'
import { startHub, type RunningHub } from '../main.ts'

// What an API answers is whatever a test expects of it
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

/** A whole hub on a database of its own on the real PostgreSQL, with connectors of the test's choice. */
export class HubUnderTest implements AsyncDisposable {
  readonly database: TestDatabase
  readonly dataDir: string
  readonly #connectors: { sources: readonly SourceKind[]; destinations: readonly DestinationKind[] }
  readonly #settings: Readonly<Record<string, string>>
  #hub: RunningHub | undefined
  #token = ''

  private constructor(
    database: TestDatabase,
    dataDir: string,
    connectors: { sources: readonly SourceKind[]; destinations: readonly DestinationKind[] },
    settings: Readonly<Record<string, string>>,
  ) {
    this.database = database
    this.dataDir = dataDir
    this.#connectors = connectors
    this.#settings = settings
  }

  /** `settings`: of the hub's environment, such as DATAHUB_EGRESS_ALLOW. */
  static async start(
    sources: readonly SourceKind[],
    destinations: readonly DestinationKind[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<HubUnderTest> {
    const dataDir = await mkdtemp(join(tmpdir(), 'datahub-hub-'))
    const hub = new HubUnderTest(await createDatabase(), dataDir, { sources, destinations }, settings)
    await hub.start()
    return hub
  }

  /** `more`: settings beside those of every test. */
  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const settings = {
      DATABASE_URL: this.database.url,
      DATAHUB_DATA_DIR: this.dataDir,
      DATAHUB_PORT: '0',
      DATAHUB_LOG_LEVEL: 'error',
      ...this.#settings,
      ...more,
    }
    this.#hub = await startHub(readConfig(settings), this.#connectors)
    this.#token = (await readFile(join(this.dataDir, 'token'), 'utf8')).trim()
  }

  async stop(): Promise<void> {
    await this.#hub?.stop()
    this.#hub = undefined
  }

  get url(): string {
    return this.#hub?.url ?? ''
  }

  get metricsUrl(): string {
    return this.#hub?.metricsUrl ?? ''
  }

  /** For the first administrator, while there is none. */
  get setupCode(): string {
    return this.#hub?.setupCode ?? ''
  }

  get token(): string {
    return this.#token
  }

  /** One request to the API; answers status and body as they are. */
  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: Json; headers: Headers }> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: response.status, body: await response.json(), headers: response.headers }
  }

  /** The same, and the answer must be a success. */
  async ask<T = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T> {
    const answer = await this.request(method, path, body, headers)
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body as T
  }

  /** The same hub, asked with another token. */
  as(token: string): Pick<HubUnderTest, 'request' | 'ask'> {
    const own = (headers: Readonly<Record<string, string>> = {}) => ({ ...headers, Authorization: `Bearer ${token}` })
    return {
      request: (method, path, body, headers) => this.request(method, path, body, own(headers)),
      ask: (method, path, body, headers) => this.ask(method, path, body, own(headers)),
    }
  }

  /** Starts a task and waits until its execution is over and its status stands in the sync log. */
  async deliver(task: string): Promise<ExecutionDetail> {
    const { id } = await this.ask('POST', `/tasks/${encodeURIComponent(task)}/run`, {})
    return this.settled(id)
  }

  async settled(executionId: number, timeoutMs = 45_000): Promise<ExecutionDetail> {
    return this.until(
      executionId,
      (execution) => execution.endedAt !== null && execution.syncLog === 'published',
      timeoutMs,
    )
  }

  async until(
    executionId: number,
    done: (execution: ExecutionDetail) => boolean,
    timeoutMs = 45_000,
  ): Promise<ExecutionDetail> {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const execution = contract.execution.get['~orpc'].outputSchema?.parse(
        await this.ask('GET', `/executions/${executionId}`),
      ) as ExecutionDetail
      if (done(execution)) return execution
      if (Date.now() > deadline)
        throw new Error(`execution ${executionId} does not get there: ${JSON.stringify(execution)}`)
      await sleep(25)
    }
  }

  /** The hub's own tables, for what the API does not show. */
  async sql<Row extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.database.url })
    await client.connect()
    try {
      return (await client.query(text, values)).rows as Row[]
    } finally {
      await client.end()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.database[Symbol.asyncDispose]()
    await rm(this.dataDir, { recursive: true, force: true })
  }
}
