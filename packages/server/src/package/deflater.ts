import { Worker } from 'node:worker_threads'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { bareEnvironment } from '../foundation/bare-environment.ts'
import type { Block, DeflatedBlock } from './block.ts'

export interface DeflaterOptions {
  /** Worker threads. One compresses what the main thread can read and hash meanwhile; another takes 20 MB more. */
  readonly workers?: number
}

/** Worker threads that compress blocks, shared by all packages of a process. */
export interface Deflater {
  /**
   * How many blocks a package should have under way, at most: enough that no thread waits for the next one, few enough
   * that memory stays small. Whoever asks for more waits for the oldest first; that is the back-pressure.
   */
  readonly window: number
  /**
   * Takes the block's memory away and gives it back with the compressed bytes at its start. Fails with `package.failed`
   * when the thread dies before it has answered, and with `execution.interrupted` when the deflater is closed.
   */
  deflate(block: Block): Promise<DeflatedBlock>
  /** Stops the threads; what is under way fails. */
  close(): Promise<void>
}

interface Job {
  readonly resolve: (block: DeflatedBlock) => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  /** Oldest first, as the thread answers. */
  readonly jobs: Job[]
}

/** Threads start with the first block that needs them, and so they come back after one has died. */
export function createDeflater({ workers = 1 }: DeflaterOptions = {}): Deflater {
  const threads = new Set<Thread>()
  let closed = false

  function startThread(): Thread {
    const worker = new Worker(new URL('./deflate-worker.ts', import.meta.url), { env: bareEnvironment(), execArgv: [] })
    const thread: Thread = { worker, jobs: [] }
    worker.on('message', (block: DeflatedBlock) => thread.jobs.shift()?.resolve(block))
    worker.on('error', (cause: unknown) => bury(thread, cause))
    worker.on('exit', () => bury(thread, undefined))
    threads.add(thread)
    return thread
  }

  function bury(thread: Thread, cause: unknown): void {
    threads.delete(thread)
    for (const job of thread.jobs.splice(0)) job.reject(closed ? interrupted() : crashed(cause))
  }

  function idlestThread(): Thread {
    const [idlest] = [...threads].sort((a, b) => a.jobs.length - b.jobs.length)
    return idlest && (idlest.jobs.length === 0 || threads.size >= workers) ? idlest : startThread()
  }

  return {
    window: 4 * workers,
    deflate(block) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(interrupted())
        const { worker, jobs } = idlestThread()
        worker.postMessage(block, [block.memory])
        jobs.push({ resolve, reject })
      })
    },
    async close() {
      closed = true
      await Promise.all([...threads].map((thread) => thread.worker.terminate()))
    },
  }
}

function interrupted(): DataHubError {
  return new DataHubError('execution.interrupted', 'compress the package')
}

function crashed(cause: unknown): DataHubError {
  return new DataHubError('package.failed', 'compress the package', { cause })
}
