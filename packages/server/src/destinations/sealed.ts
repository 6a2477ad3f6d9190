import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import type { ObjectLabels, StagedFile } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'

/** A body on its way out, read once from front to back, that knows whether it is still what was sealed. */
export interface SealedReader {
  readonly sizeBytes: number
  /** The next `lengthBytes` bytes, fewer only at the end; in `into` when given, which must be as long. */
  next(lengthBytes: number, into?: Buffer): Promise<Buffer>
  /** Throws `package.corrupt` unless everything has been read and its SHA-256 is the sealed one. */
  finish(): void
  close(): Promise<void>
}

/** Throws `package.corrupt` when the staged file is gone or has another size. */
export async function openSealed(body: StagedFile | Buffer, labels: ObjectLabels): Promise<SealedReader> {
  const source = Buffer.isBuffer(body) ? fromMemory(body) : await fromFile(body)
  const hash = createHash('sha256')
  let position = 0
  return {
    sizeBytes: source.sizeBytes,
    async next(lengthBytes, into) {
      const wanted = Math.min(lengthBytes, source.sizeBytes - position)
      const piece = await source.read(position, wanted, into)
      if (piece.length !== wanted) throw corrupt(`it ends after ${position + piece.length} bytes`)
      hash.update(piece)
      position += wanted
      return piece
    },
    finish() {
      if (position !== source.sizeBytes) throw corrupt(`only ${position} bytes were read`)
      const sha256 = hash.digest('hex')
      if (sha256 !== labels.sha256) throw corrupt('its SHA-256 is another')
      if (!Buffer.isBuffer(body) && sha256 !== body.sha256) throw corrupt('its SHA-256 is not that of its label')
    },
    close: source.close,
  }
}

/** The whole body in memory, verified; for what fits into one request. */
export async function wholeOf(body: StagedFile | Buffer, labels: ObjectLabels): Promise<Buffer> {
  const reader = await openSealed(body, labels)
  try {
    const bytes = await reader.next(reader.sizeBytes)
    reader.finish()
    return bytes
  } finally {
    await reader.close()
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

interface ByteSource {
  readonly sizeBytes: number
  read(position: number, lengthBytes: number, into?: Buffer): Promise<Buffer>
  close(): Promise<void>
}

function fromMemory(bytes: Buffer): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (position, lengthBytes) => Promise.resolve(bytes.subarray(position, position + lengthBytes)),
    close: () => Promise.resolve(),
  }
}

async function fromFile(staged: StagedFile): Promise<ByteSource> {
  const file = await open(staged.path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw corrupt(`it cannot be opened (${error.code})`)
  })
  const { size } = await file.stat()
  if (size !== staged.sizeBytes) {
    await file.close()
    throw corrupt(`it has ${size} bytes, not ${staged.sizeBytes}`)
  }
  return {
    sizeBytes: size,
    read: (position, lengthBytes, into = Buffer.allocUnsafe(lengthBytes)) =>
      readFrom(file, position, lengthBytes, into),
    close: () => file.close(),
  }
}

/** So many bytes from there on, in `into`; fewer only where the file ends. */
export async function readFrom(file: FileHandle, position: number, lengthBytes: number, into: Buffer): Promise<Buffer> {
  let filled = 0
  while (filled < lengthBytes) {
    const { bytesRead } = await file.read(into, filled, lengthBytes - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return into.subarray(0, filled)
}

export function corrupt(seen: string): DataHubError {
  return new DataHubError('package.corrupt', 'send the staged file', { facts: { seen } })
}
