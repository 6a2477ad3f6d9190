import { createHash, type Hash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bucket, BucketObject } from '../bucket/bucket.ts'
import { isAlive } from '../is-alive.ts'
import { Interruption, LoaderError, Refusal } from '../problem.ts'

export interface FetchedPackage {
  /** Its path, or all of it. */
  readonly content: string | Buffer
  readonly sizeBytes: number
  readonly sha256: string
  /** Removes what was downloaded; a file of the bucket itself stays. */
  discard(): Promise<void>
}

export interface FetchOptions {
  /** A private folder, where an interrupted download is found again by the next run. */
  readonly workFolder: string
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void
  /** Ends the download with an Interruption; what has come so far stays. */
  readonly signal?: AbortSignal | undefined
}

/** Up to this size a package stays in memory: one request, no file. */
export const SMALL_BYTES = 1024 * 1024

const HASH_BUFFER_BYTES = 256 * 1024
const ATTEMPTS_WITHOUT_PROGRESS = 5

export function notReadable(found: 'absent' | 'denied'): Refusal {
  return new Refusal(`the package is ${found === 'absent' ? 'not there' : 'not readable (s3:GetObject), or not there'}`)
}

/** Brings a small package here whole. Throws a Refusal when it is not there or not of the size that was promised. */
export async function fetchSmallPackage(bucket: Bucket, key: string, sizeBytes: number): Promise<FetchedPackage> {
  const found = await bucket.readWhole(key, sizeBytes)
  if (found === 'too large') throw new Refusal(`the package has more bytes than ${sizeBytes}`)
  if (found === 'absent' || found === 'denied') throw notReadable(found)
  if (found.length !== sizeBytes) throw new Refusal(`the package has ${found.length} bytes instead of ${sizeBytes}`)
  const sha256 = createHash('sha256').update(found).digest('hex')
  return { content: found, sizeBytes, sha256, discard: async () => {} }
}

/**
 * Brings a package onto this machine, hashed while it comes. A download that breaks off goes on where it stopped, also
 * when the process that began it was killed. A file of a local bucket is read where it is.
 */
export async function fetchPackage(
  object: BucketObject,
  packageName: string,
  options: FetchOptions,
): Promise<FetchedPackage> {
  if (object.path !== undefined) {
    const hash = createHash('sha256')
    const sizeBytes = await hashFile(hash, object.path)
    if (sizeBytes !== object.sizeBytes) throw new Refusal(`${packageName} changed while it was read`)
    return { content: object.path, sizeBytes, sha256: hash.digest('hex'), discard: async () => {} }
  }
  const path = await adopt(object, options.workFolder)
  const discard = () => rm(path, { force: true })
  const hash = createHash('sha256')
  let done = await hashLeft(hash, path, object.sizeBytes)
  const file = await open(path, 'a', 0o600)
  try {
    let failures = 0
    while (done < object.sizeBytes) {
      try {
        for await (const chunk of object.read(done, options.signal)) {
          if (done + chunk.length > object.sizeBytes) throw new Refusal(`${packageName} grew while it was downloaded`)
          await file.appendFile(chunk)
          hash.update(chunk)
          done += chunk.length
          failures = 0
          options.onProgress?.(done, object.sizeBytes)
        }
        if (done < object.sizeBytes) failures += 1
      } catch (error) {
        if (error instanceof Refusal) throw error
        if (options.signal?.aborted) throw new Interruption('the download was interrupted')
        if ((error as { name?: string }).name === 'PreconditionFailed')
          throw new Refusal(`${packageName} was replaced while it was downloaded`)
        failures += 1
        if (failures >= ATTEMPTS_WITHOUT_PROGRESS) throw interrupted(packageName, error)
      }
      if (failures >= ATTEMPTS_WITHOUT_PROGRESS) throw interrupted(packageName, undefined)
      if (failures > 0) await sleep(200 * 2 ** failures)
    }
    return { content: path, sizeBytes: object.sizeBytes, sha256: hash.digest('hex'), discard }
  } catch (error) {
    // What has come so far is of use to the next run, unless it is of another object.
    if (error instanceof Refusal) await discard()
    throw error
  } finally {
    await file.close()
  }
}

function interrupted(packageName: string, error: unknown): LoaderError {
  // The SDK's errors carry more than their name, which is all that goes on.
  const { code, name } = (error ?? {}) as { code?: string; name?: string }
  const why = code === 'ENOSPC' ? 'the disk of the work folder is full' : (code ?? name ?? 'it ends early')
  return new LoaderError(`Could not download ${packageName}: ${why}.`, 'Run it again: it goes on where it stopped.')
}

/**
 * The file to download into: a new one, or what a loader that is no longer alive has left of the same object. Its name
 * holds the process that owns it; renaming it to ours succeeds for one process only.
 */
async function adopt(object: BucketObject, workFolder: string): Promise<string> {
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  const identity = createHash('sha256').update(`${object.sizeBytes} ${object.version}`).digest('hex').slice(0, 32)
  const path = join(workFolder, `${identity}.${process.pid}.part`)
  for (const name of await readdir(workFolder)) {
    const [, of, pid] = /^([0-9a-f]{32})\.(\d+)\.part$/.exec(name) ?? []
    if (of !== identity || isAlive(Number(pid))) continue
    if (
      await rename(join(workFolder, name), path).then(
        () => true,
        () => false,
      )
    )
      break
  }
  return path
}

/** Hashes what an earlier download has left and gives back its size; a file that is too large is begun anew. */
async function hashLeft(hash: Hash, path: string, maxBytes: number): Promise<number> {
  const there = await stat(path).then(
    ({ size }) => size,
    () => 0,
  )
  if (there > maxBytes) await rm(path)
  return there === 0 || there > maxBytes ? 0 : hashFile(hash, path)
}

/** Through one buffer: those of a stream would pile up, 100 MB of them, before they are collected. */
async function hashFile(hash: Hash, path: string): Promise<number> {
  const buffer = Buffer.allocUnsafe(HASH_BUFFER_BYTES)
  await using file = await open(path, 'r')
  let done = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, done)
    if (bytesRead === 0) return done
    hash.update(buffer.subarray(0, bytesRead))
    done += bytesRead
  }
}
