import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import type { StagedFile } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { parseDirectory, parseEndOfDirectory } from './zip-directory.ts'
import { TAIL_BYTES, type ZipEntry } from './zip-format.ts'

const READ_BYTES = 1024 * 1024
const DOING = 'verify the package'

/**
 * Reads a sealed package again and returns its entries. `package.corrupt` when it is gone, when size or hash are not
 * those of the bytes as they were written, or when its directory cannot be read.
 */
export async function verifyStaged(staged: StagedFile, signal?: AbortSignal): Promise<readonly ZipEntry[]> {
  const handle = await open(staged.path).catch((cause: unknown) => {
    throw new DataHubError('package.corrupt', DOING, { cause, facts: { wrong: 'file' } })
  })
  try {
    if ((await handle.stat()).size !== staged.sizeBytes) throw corrupt('size')
    if ((await sha256Of(handle, signal)) !== staged.sha256) throw corrupt('hash')
    return await readDirectory(handle, staged.sizeBytes)
  } catch (error) {
    if (error instanceof DataHubError || signal?.aborted) throw error
    throw new DataHubError('package.corrupt', DOING, { cause: error, facts: { wrong: 'file' } })
  } finally {
    await handle.close()
  }
}

function corrupt(wrong: 'size' | 'hash' | 'directory'): DataHubError {
  return new DataHubError('package.corrupt', DOING, { facts: { wrong } })
}

async function sha256Of(handle: FileHandle, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  for (let at = 0; ;) {
    signal?.throwIfAborted()
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, at)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, bytesRead))
    at += bytesRead
  }
}

async function readDirectory(handle: FileHandle, sizeBytes: number): Promise<ZipEntry[]> {
  const directory = parseEndOfDirectory(await readRange(handle, Math.max(0, sizeBytes - TAIL_BYTES), sizeBytes))
  if (!directory) throw corrupt('directory')
  const { directoryAt, directoryBytes } = directory
  if (directoryAt + directoryBytes > sizeBytes) throw corrupt('directory')
  const entries = parseDirectory(await readRange(handle, directoryAt, directoryAt + directoryBytes), directory)
  if (!entries) throw corrupt('directory')
  return entries
}

async function readRange(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const buffer = Buffer.alloc(to - from)
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, from)
  return buffer.subarray(0, bytesRead)
}
