import { open, type FileHandle } from 'node:fs/promises'
import { pipeline, type Readable, type TransformOptions } from 'node:stream'
import { crc32, createInflateRaw, inflateRawSync, type ZlibOptions } from 'node:zlib'
import { parseCsvName } from '@datahub/core/bucket/names'
import yauzl from 'yauzl'
import { Refusal, wordsOf } from '../problem.ts'
import type { Limits } from './limits.ts'

/** A zip whose directory has been read and judged; nothing of it has been unpacked. */
export interface ZipFile {
  readonly files: readonly ZipEntry[]
  /** The bytes of a CSV, never more than the directory says and checked against its CRC. */
  read(file: ZipEntry): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

export interface ZipEntry {
  readonly fileName: string
  readonly table: string
  readonly sizeBytes: number
  readonly entry: yauzl.Entry
}

const STORED = 0
const DEFLATED = 8
const ENCRYPTED = 0x1
const CHUNK_BYTES = 64 * 1024
/** Of the zip, at a time. */
const READ_BYTES = 256 * 1024

/**
 * Opens a package, a file or all of its bytes, for reading. Names are compared with what a package may hold and are never used as paths. Throws a
 * Refusal for a zip that is broken, too large, or holds anything but the task's CSVs.
 */
export async function openZip(content: string | Buffer, taskId: number, limits: Limits): Promise<ZipFile> {
  const handle = typeof content === 'string' ? await open(content, 'r') : undefined
  const close = async () => handle?.close().catch(() => {})
  try {
    const options = { autoClose: false, lazyEntries: true, validateEntrySizes: true }
    const zip =
      typeof content === 'string'
        ? await yauzl.fromFdPromise((handle as FileHandle).fd, options)
        : await yauzl.fromBufferPromise(content, options)
    const size = typeof content === 'string' ? ((await handle?.stat())?.size ?? 0) : content.length
    const files = await readDirectory(zip, size, taskId, limits)
    return { files, read: (file) => readEntry(zip, file, handle), close }
  } catch (error) {
    await close()
    throw asRefusal(error)
  }
}

async function readDirectory(
  zip: yauzl.ZipFile,
  sizeBytes: number,
  taskId: number,
  limits: Limits,
): Promise<ZipEntry[]> {
  if (zip.entryCount > limits.maxFiles)
    throw new Refusal(`the zip holds ${zip.entryCount} files, more than ${limits.maxFiles}`)
  const files: ZipEntry[] = []
  const names = new Set<string>()
  let [packed, unpacked] = [0, 0]
  for await (const entry of zip.eachEntry()) {
    const file = judgeEntry(entry, taskId)
    if (names.has(file.fileName)) throw new Refusal(`the zip holds ${file.fileName} twice`)
    names.add(file.fileName)
    packed += entry.compressedSize
    unpacked += entry.uncompressedSize
    if (unpacked > limits.contentMaxBytes)
      throw new Refusal(
        `the zip declares ${unpacked} bytes of content, more than ${limits.contentMaxBytes} (--max-content)`,
      )
    files.push(file)
  }
  if (files.length === 0) throw new Refusal('the zip holds no CSV')
  // Entries that share their bytes are how a small file declares a huge content.
  if (packed > sizeBytes) throw new Refusal('the files of the zip overlap')
  return files
}

function judgeEntry(entry: yauzl.Entry, taskId: number): ZipEntry {
  const shown = JSON.stringify(entry.fileName.slice(0, 200))
  const name = parseCsvName(entry.fileName)
  if (!name) throw new Refusal(`the zip holds ${shown}, which is not the name of a report`)
  if (name.taskId !== taskId) throw new Refusal(`the zip holds ${shown} of task ${name.taskId}`)
  if (entry.generalPurposeBitFlag & ENCRYPTED) throw new Refusal(`${shown} is encrypted`)
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw new Refusal(`${shown} is compressed by method ${entry.compressionMethod}`)
  }
  return { fileName: entry.fileName, table: name.table, sizeBytes: entry.uncompressedSize, entry }
}

async function* readEntry(
  zip: yauzl.ZipFile,
  file: ZipEntry,
  handle: FileHandle | undefined,
): AsyncGenerator<Uint8Array> {
  const { fileName, sizeBytes, entry } = file
  let crc = 0
  let seen = 0
  try {
    for await (const chunk of unpack(zip, file, handle)) {
      seen += chunk.length
      if (seen > sizeBytes) throw tooLarge(fileName)
      crc = crc32(chunk, crc)
      yield chunk
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(fileName) : asRefusal(error)
  }
  if (seen !== sizeBytes)
    throw new Refusal(`${fileName} has ${seen} bytes instead of the ${sizeBytes} that the zip declares`)
  if (crc !== entry.crc32) throw new Refusal(`the checksum of ${fileName} is wrong`)
}

async function* unpack(
  zip: yauzl.ZipFile,
  { sizeBytes, entry }: ZipEntry,
  handle: FileHandle | undefined,
): AsyncGenerator<Buffer> {
  const isSmall = sizeBytes <= CHUNK_BYTES && entry.compressedSize <= CHUNK_BYTES
  if (handle && !isSmall && entry.compressionMethod === DEFLATED) {
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
    yield* inflate(readRange(handle, fileDataStart, entry.compressedSize))
  } else {
    const packed: Readable = await zip.openReadStreamPromise(entry, { decodeFileData: false })
    if (entry.compressionMethod === STORED) yield* packed as AsyncIterable<Buffer>
    else yield* isSmall ? inflateSmall(packed, sizeBytes) : inflate(packed)
  }
}

/**
 * In a thread, while what came before is used. yauzl would inflate in chunks of 16 KB; larger ones cost half. What is packed
 * is taken when the piece before is used up, so its memory may be used again.
 */
function inflate(packed: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const options: ZlibOptions & TransformOptions = { chunkSize: CHUNK_BYTES, writableHighWaterMark: 1 }
  return pipeline(packed, createInflateRaw(options), () => {})
}

/** A part of a file, in one buffer: new ones live as long as what is in them takes to load, and so wait for the collector. */
async function* readRange(handle: FileHandle, from: number, sizeBytes: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  for (let at = 0; at < sizeBytes;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(READ_BYTES, sizeBytes - at), from + at)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}

/** At once: to begin a thread would cost more, and its memory stays until it is collected. */
async function* inflateSmall(packed: Readable, sizeBytes: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.concat((await packed.toArray()) as Buffer[])
  yield inflateRawSync(bytes, { maxOutputLength: Math.max(1, sizeBytes) })
}

function tooLarge(fileName: string): Refusal {
  return new Refusal(`${fileName} is larger than the zip declares`)
}

/** What yauzl and zlib throw tells of the file; what the system throws, such as EIO, does not. */
function asRefusal(error: unknown): unknown {
  const { code = '', syscall } = error as NodeJS.ErrnoException
  if (error instanceof Refusal || syscall !== undefined) return error
  if (error instanceof Error && (code === '' || code.startsWith('Z_')))
    return new Refusal(`the zip is broken: ${wordsOf(error)}`)
  return error
}
