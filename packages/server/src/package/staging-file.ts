import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { GrowingFile, StagedFile } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { diskError } from './disk-error.ts'

/** Few, large writes: a call each for every block would cost more than the copy into this. */
const WRITE_BYTES = 1024 * 1024

/** The disk is asked to keep up from time to time, so that making the whole file durable at the end takes no time. */
const SYNC_BYTES = 32 * 1024 * 1024

/**
 * A file that only grows, under the name `<path>.part` until it is whole. Its hash is taken from the bytes as they are
 * written, so that reading it back proves something. One piece is written while the next one is gathered. Failures are
 * `hub.disk_full` or `package.failed`.
 */
export class StagingFile implements GrowingFile {
  readonly #path: string
  readonly #handle: FileHandle
  #pending = Buffer.allocUnsafeSlow(WRITE_BYTES)
  #spare = Buffer.allocUnsafeSlow(WRITE_BYTES)
  readonly #hash = createHash('sha256')
  readonly #changes = new EventEmitter<{ change: [] }>()
  #pendingBytes = 0
  #handedBytes = 0
  #writtenBytes = 0
  #syncedBytes = 0
  #writing = Promise.resolve()
  #syncing = Promise.resolve()
  #state: 'part' | 'renamed' | 'sealed' | 'removed' = 'part'

  private constructor(path: string, handle: FileHandle) {
    this.#path = path
    this.#handle = handle
  }

  /** Starts anew: what an interrupted attempt left under the same name is overwritten. */
  static async create(path: string): Promise<StagingFile> {
    // Customers' data: for nobody else on this machine.
    const handle = await open(`${path}.part`, 'w', 0o600).catch((error: unknown) => {
      throw diskError(error, 'create the package')
    })
    return new StagingFile(path, handle)
  }

  get sizeBytes(): number {
    return this.#handedBytes + this.#pendingBytes
  }

  get path(): string {
    return `${this.#path}.part`
  }

  async reach(sizeBytes: number, signal: AbortSignal): Promise<{ sizeBytes: number; whole: boolean }> {
    while (this.#writtenBytes < sizeBytes && (this.#state === 'part' || this.#state === 'renamed')) {
      signal.throwIfAborted()
      await once(this.#changes, 'change', { signal }).catch(() => signal.throwIfAborted())
    }
    if (this.#state === 'removed') throw new DataHubError('package.failed', 'finish the package')
    return { sizeBytes: this.#writtenBytes, whole: this.#state === 'sealed' }
  }

  /** Copies the bytes, so they may change afterwards. Only one append at a time. */
  async append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const room = bytes.subarray(at, at + WRITE_BYTES - this.#pendingBytes)
      this.#pending.set(room, this.#pendingBytes)
      this.#pendingBytes += room.length
      at += room.length
      if (this.#pendingBytes === WRITE_BYTES) await this.#handOver()
    }
  }

  /** Makes the file durable and gives it its name. */
  async seal(): Promise<StagedFile> {
    await this.#handOver()
    await this.#writing
    try {
      await this.#syncing
      await this.#handle.sync()
      await this.#handle.close()
      await rename(`${this.#path}.part`, this.#path)
      this.#state = 'renamed'
      await syncFolder(dirname(this.#path))
    } catch (error) {
      throw diskError(error, 'finish the package')
    }
    this.#state = 'sealed'
    this.#changes.emit('change')
    return { path: this.#path, sizeBytes: this.#writtenBytes, sha256: this.#hash.digest('hex') }
  }

  /** Leaves nothing behind, unless the file is sealed. */
  async remove(): Promise<void> {
    if (this.#state === 'sealed' || this.#state === 'removed') return
    const path = this.#state === 'renamed' ? this.#path : `${this.#path}.part`
    this.#state = 'removed'
    this.#changes.emit('change')
    try {
      await this.#closeAndRemove(path)
    } catch (error) {
      throw diskError(error, 'remove the unfinished package')
    }
  }

  async #closeAndRemove(path: string): Promise<void> {
    await Promise.allSettled([this.#writing, this.#syncing])
    try {
      await this.#handle.close()
    } finally {
      await rm(path, { force: true })
    }
  }

  /** Waits for the piece before, and lets this one be written meanwhile. */
  async #handOver(): Promise<void> {
    await this.#writing
    const bytes = this.#pending.subarray(0, this.#pendingBytes)
    this.#pending = this.#spare
    this.#spare = Buffer.from(bytes.buffer)
    this.#pendingBytes = 0
    this.#handedBytes += bytes.length
    this.#writing = this.#write(bytes)
    this.#writing.catch(() => {}) // whoever hands over the next piece hears of it, or seals
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes)
    try {
      for (let at = 0; at < bytes.length;) at += (await this.#handle.write(bytes, at)).bytesWritten
    } catch (error) {
      throw diskError(error, 'write the package')
    }
    this.#writtenBytes += bytes.length
    this.#changes.emit('change')
    if (this.#writtenBytes >= this.#syncedBytes + SYNC_BYTES) this.#sync()
  }

  /** One after the other, and none after one that failed: the disk tells of a loss only once, and sealing has to hear of it. */
  #sync(): void {
    this.#syncedBytes = this.#writtenBytes
    this.#syncing = this.#syncing.then(() => this.#handle.datasync())
    this.#syncing.catch(() => {})
  }
}

/** A new name is durable only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
