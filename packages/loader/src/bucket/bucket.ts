import { LoaderError } from '../problem.ts'

/** A bucket as its reader may use it. Keys are whole: the prefix is part of them. */
export interface Bucket {
  /** What the ledger and messages call it: `s3://company-xnurta-data`, `https://minio:9000/bucket`, `file:///srv/bucket`. */
  readonly location: string
  /** The policy that lets its reader in, where there is such a thing. */
  readonly readerPolicy?: (prefix: string) => string
  /** A small object. `denied` may also mean absent: without the right to list, S3 does not tell them apart. */
  readWhole(key: string, maxBytes: number): Promise<Buffer | 'absent' | 'denied' | 'too large'>
  /** Names directly under a folder, or `denied`. */
  list(folder: string): Promise<Listing | 'denied'>
  /** Opens a large object for reading from any offset. */
  open(key: string): Promise<BucketObject | 'absent' | 'denied'>
  close(): void
}

export interface Listing {
  readonly objects: readonly Listed[]
  /** When they were listed, by the clock that dates them: ours may be another. */
  readonly listedAt: Date
}

export interface Listed {
  readonly name: string
  readonly sizeBytes: number
  readonly modifiedAt: Date
}

export interface BucketObject {
  readonly sizeBytes: number
  /** Changes when the content does. */
  readonly version: string
  /** The path of the object where it is a local file, which then need not be copied. */
  readonly path?: string
  /** The bytes from `offset` to the end, of this version and no other; ends with an error once the signal says so. */
  read(offset: number, signal?: AbortSignal): AsyncIterable<Uint8Array>
}

/** Larger than any manifest or sync log that we would read into memory. */
const TEXT_MAX_BYTES = 256 * 1024 * 1024

/** A log or a manifest. */
export async function readText(bucket: Bucket, key: string): Promise<{ readonly text: string } | 'absent' | 'denied'> {
  const found = await bucket.readWhole(key, TEXT_MAX_BYTES)
  if (found === 'too large') throw new LoaderError(`${key} is too large to be read.`, 'Look at what wrote it.')
  return typeof found === 'string' ? found : { text: found.toString('utf8') }
}
