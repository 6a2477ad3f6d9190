import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { GrowingFile, StagedFile } from '@datahub/core/destination/destination'
import { corrupt, readFrom } from './sealed.ts'

/** A file that is read from front to back while it is written, and that is compared with what was sealed in the end. */
export interface GrowingReader {
  /** As many bytes as `into` has room for, as soon as they are written; fewer only at the end. */
  next(into: Buffer, signal: AbortSignal): Promise<Buffer>
  /** Begins at the front again. */
  restart(): void
  /** Throws `package.corrupt` unless what was read is what has been sealed. */
  finish(staged: StagedFile): void
  close(): Promise<void>
}

/** Rejects when there is no such file; `next` does when the file will never be whole, or with the signal's reason. */
export async function openGrowing(growing: GrowingFile): Promise<GrowingReader> {
  const file = await open(growing.path, 'r')
  let hash = createHash('sha256')
  let position = 0
  return {
    async next(into, signal) {
      const { sizeBytes } = await growing.reach(position + into.length, signal)
      const piece = await readFrom(file, position, Math.min(into.length, sizeBytes - position), into)
      hash.update(piece)
      position += piece.length
      return piece
    },
    restart() {
      hash = createHash('sha256')
      position = 0
    },
    finish(staged) {
      if (position !== staged.sizeBytes) throw corrupt(`${position} bytes were read, not ${staged.sizeBytes}`)
      if (hash.digest('hex') !== staged.sha256) throw corrupt('its SHA-256 is another')
    },
    close: () => file.close(),
  }
}
