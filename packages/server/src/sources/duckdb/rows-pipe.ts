import { execFile } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { promisify } from 'node:util'
import { ChunkQueue } from '../chunk-queue.ts'

const run = promisify(execFile)

/** The most that Linux gives to everybody. */
const PIPE_BYTES = 1024 * 1024
/** F_SETPIPE_SZ, which Node has no way to ask for. */
const widening = `open my $pipe, "+<", $ARGV[0] or die; fcntl $pipe, 1031, ${PIPE_BYTES} or die`

/**
 * A named pipe, and what is written into it, as chunks that are valid until the next one is asked for. It is read into
 * buffers that are used again: new ones would cost the collector more than the reading.
 */
export class RowsPipe implements AsyncIterable<Uint8Array> {
  readonly path: string
  readonly #reader: Socket
  readonly #queue = new ChunkQueue({ pause: () => this.#reader.pause(), resume: () => this.#reader.resume() })
  /** A pipe ends when its last writer closes it. This one of ours stays until the other has written all. */
  readonly #writer: number
  #hasEnded = false

  static async open(path: string): Promise<RowsPipe> {
    await run('mkfifo', ['-m', '600', path])
    const pipe = new RowsPipe(path)
    // With the usual 64 KB DuckDB waits for us and we for it, again and again. Every Debian has Perl; without, it is slower
    await run('perl', ['-e', widening, path]).catch(() => undefined)
    return pipe
  }

  private constructor(path: string) {
    this.path = path
    // Not blocking, and polled rather than read by a thread of the pool, of which a few waiting pipes would leave none.
    this.#reader = new Socket({
      fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
      writable: false,
      onread: {
        buffer: () => this.#queue.take(),
        callback: (length, buffer) => {
          this.#queue.offer(Buffer.from(buffer.buffer, 0, length))
          return true
        },
      },
    })
    this.#reader.on('end', () => this.#queue.finish()).on('error', (error) => this.#queue.fail(error))
    this.#writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#queue[Symbol.asyncIterator]()
  }

  /** Nobody else will write: the iteration ends after what is in the pipe. May be called again. */
  endWhenEmpty(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    closeSync(this.#writer)
  }

  async close(): Promise<void> {
    this.endWhenEmpty()
    this.#reader.destroy()
    await rm(this.path, { force: true })
  }
}
