import type { GrowingFile, StagedFile } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { CsvCompressor } from './csv-compressor.ts'
import type { Deflater } from './deflater.ts'
import { interruptible } from './interruptible.ts'
import { StagingFile } from './staging-file.ts'
import { dataDescriptor, directoryRecord, dosTime, endOfDirectory, localHeader, type ZipEntry } from './zip-format.ts'

export interface PackageOptions {
  /** Where the sealed package will stand; until then it is `<path>.part`. */
  readonly path: string
  readonly deflater: Deflater
  /** What the zip says of its files' times. Taken from the execution, not the clock: a package made again is the same. */
  readonly modifiedAt: Date
}

/** One CSV in the package, as it came from the source. */
export interface PackedFile {
  readonly fileName: string
  /** Without the header. */
  readonly rows: number
  readonly sizeBytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** One package being written. `await using` discards it unless it was sealed. */
export interface PackageWriter extends AsyncDisposable {
  /** What stands on disk already, for whoever sends it on meanwhile. */
  readonly growing: GrowingFile
  /**
   * Adds a CSV and says what went by. One at a time. What the chunks throw is thrown as it is; an abort throws the
   * signal's reason even when the chunks hang. `source.incomplete` when the CSV ends inside a quoted field,
   * `hub.disk_full` or `package.failed` when it cannot be written. After any of these, only `discard` is left.
   */
  addFile(fileName: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<PackedFile>
  /** Completes the zip, makes it durable and gives it its name. Refuses when a file is unfinished or failed. */
  seal(): Promise<StagedFile>
  /** Ends what is under way and leaves nothing behind. Does nothing to a sealed package. */
  discard(): Promise<void>
}

/**
 * Starts a data package on disk: a standard zip with one CSV per report, in memory that does not grow with it. The same
 * CSVs at the same `modifiedAt` give the same bytes, on every machine.
 */
export async function createPackage({ path, deflater, modifiedAt }: PackageOptions): Promise<PackageWriter> {
  const modified = dosTime(modifiedAt)
  const output = await StagingFile.create(path)
  const compressor = new CsvCompressor(deflater, (compressed) => output.append(compressed))
  const entries: ZipEntry[] = []
  const names = new Set<string>()
  const discarded = new AbortController()
  let underWay: Promise<unknown> = Promise.resolve()
  let state: 'open' | 'busy' | 'broken' | 'sealed' | 'discarded' = 'open'

  /** One step after the other; when one fails, the package can no longer become whole. */
  async function step<T>(doing: string, work: () => Promise<T>, next: 'open' | 'sealed'): Promise<T> {
    if (state !== 'open') throw new DataHubError('package.failed', doing, { facts: { state } })
    state = 'busy'
    try {
      const working = work()
      underWay = working
      const result = await working
      state = next
      return result
    } catch (error) {
      state = 'broken'
      throw error
    }
  }

  async function writeEntry(fileName: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal) {
    if (names.has(fileName)) throw new RangeError(`two files called ${fileName} in one package`)
    names.add(fileName)
    const headerAt = output.sizeBytes
    await output.append(localHeader(fileName, modified))
    const csv = await compressor.compress(interruptible(chunks, AbortSignal.any([signal, discarded.signal])))
    const entry: ZipEntry = { fileName, headerAt, ...csv }
    await output.append(dataDescriptor(entry))
    entries.push(entry)
    return { fileName, rows: csv.rows, sizeBytes: csv.sizeBytes, sha256: csv.sha256 }
  }

  async function writeDirectory(): Promise<StagedFile> {
    const directoryAt = output.sizeBytes
    for (const entry of entries) await output.append(directoryRecord(entry, modified))
    const directoryBytes = output.sizeBytes - directoryAt
    await output.append(endOfDirectory({ entries: entries.length, directoryAt, directoryBytes }))
    return output.seal()
  }

  async function discard(): Promise<void> {
    discarded.abort(new DataHubError('package.failed', 'write the package', { facts: { state: 'discarded' } }))
    await underWay.catch(() => {})
    if (state === 'sealed') return
    state = 'discarded'
    await output.remove()
  }

  return {
    growing: output,
    addFile: (fileName, chunks, signal) =>
      step(`add ${fileName} to the package`, () => writeEntry(fileName, chunks, signal), 'open'),
    seal: () => step('seal the package', writeDirectory, 'sealed'),
    discard,
    [Symbol.asyncDispose]: discard,
  }
}
