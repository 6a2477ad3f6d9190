/**
 * DuckDB in a process of its own: its native code may crash, block or be killed without the hub noticing more than an
 * error, and it holds none of the hub's threads while a slow receiver keeps it waiting. Started by `engine-process.ts`
 * with the folders that it may touch; answers each statement with its rows or with the kind of its error.
 */
import { flushCompileCache } from 'node:module'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { quoteText } from '../sql.ts'

export interface EngineRequest {
  readonly id: number
  readonly sql: string
  /** For $1, $2 … */
  readonly values: readonly string[]
}

/** Values as JSON has them; large integers as text. */
export type EngineReply =
  | { readonly id: number; readonly rows: readonly (readonly unknown[])[] }
  /** The kind is DuckDB's, such as `Conversion Error`: what follows it quotes data and stays here. */
  | { readonly id: number; readonly errorKind: string }

const folders = JSON.parse(process.argv[2] ?? '[]') as string[]
const ready = open()
// By itself Node keeps what it has compiled when it exits, and this process is killed. Without, it starts half as fast
void ready.then(() => flushCompileCache())

process.on('disconnect', () => process.exit())
process.on('message', (request: EngineRequest) => {
  void answer(request).then((reply) => process.send?.(reply))
})

async function answer({ id, sql, values }: EngineRequest): Promise<EngineReply> {
  try {
    const result = await (await ready).runAndReadAll(sql, [...values])
    return { id, rows: result.getRowsJson() }
  } catch (error) {
    return { id, errorKind: /^[A-Z][\w ]* Error(?=:)/.exec((error as Error).message)?.[0] ?? 'Error' }
  }
}

/** A database in memory that reaches no file outside the folders, no network and no extension, and cannot be told otherwise. */
async function open(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    // Whoever writes into the pipe waits for the hub again and again; the other makes rows meanwhile
    threads: '2',
    // A report has no order. In that of the files each thread would hold back 100,000 rows, and take twice the memory
    preserve_insertion_order: 'false',
    memory_limit: '512MB',
    temp_directory: '',
  })
  const connection = await instance.connect()
  const allowed = folders.map((folder) => quoteText(`${folder}/`)).join(', ')
  await connection.run("set TimeZone = 'UTC'")
  await connection.run('set autoinstall_known_extensions = false')
  await connection.run('set autoload_known_extensions = false')
  await connection.run(`set allowed_directories = [${allowed}]`)
  await connection.run('set enable_external_access = false')
  await connection.run('set lock_configuration = true')
  return connection
}
