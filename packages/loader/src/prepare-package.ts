import { createHash } from 'node:crypto'
import { readManifest, requirePackageName, type Candidate } from './find-packages.ts'
import type { KnownHistory } from './ledger/history.ts'
import { seemsToCount, type PackageFacts } from './load-package.ts'
import { deliveredBy } from './package/describe-package.ts'
import {
  fetchPackage,
  fetchSmallPackage,
  notReadable,
  SMALL_BYTES,
  type FetchedPackage,
} from './package/fetch-package.ts'
import { Refusal } from './problem.ts'
import type { Session } from './session.ts'

/** A package on this machine, or why it is not: it was refused, or by its manifest nothing of it counts any more. */
export interface Ready {
  readonly candidate: Candidate
  readonly facts: PackageFacts
  readonly fetched?: FetchedPackage
  readonly refusal?: Refusal
}

/** Small packages are latency: as many as this are on their way at once. */
const AHEAD = 16
/** Large ones are disk: of those, as many as this are here at once, the one that is loaded among them. */
const LARGE_AHEAD = 3

/**
 * Brings packages here, ahead of the one that is loaded, and gives them in their order. What is here when it ends goes
 * again, but stays for the next run when somebody has interrupted this one.
 */
export async function* prepareAhead(
  session: Session,
  candidates: readonly Candidate[],
  known: KnownHistory,
): AsyncGenerator<Ready> {
  const queue: Promise<Ready>[] = []
  const room = new RoomInOrder(LARGE_AHEAD)
  let next = 0
  const begin = () => {
    const candidate = candidates[next++]
    if (!candidate) return
    const ready = prepare(session, candidate, known, room.enter())
    ready.catch(() => {}) // Thrown when its turn comes.
    queue.push(ready)
  }
  for (let count = 0; count < AHEAD; count += 1) begin()
  try {
    for (let ready = queue.shift(); ready; ready = queue.shift()) {
      yield await ready
      begin()
    }
  } finally {
    room.open()
    for (const rest of await Promise.allSettled(queue)) {
      if (rest.status === 'fulfilled' && !session.options.signal?.aborted) await rest.value.fetched?.discard()
    }
  }
}

/** Without `known`, it is fetched whatever the ledger has. */
export async function prepare(
  session: Session,
  candidate: Candidate,
  known?: KnownHistory,
  place: Place = { take: async () => () => {}, pass: () => {} },
): Promise<Ready> {
  const { bucket, location, target, settings, options } = session
  const { packageName } = candidate
  let facts: PackageFacts = {
    instance: location.length > 190 ? createHash('sha256').update(location).digest('hex') : location,
    taskId: options.taskId,
    packageName,
    location,
    executionId: candidate.executionId,
    sha256: null,
    sizeBytes: candidate.sizeBytes,
    manifest: undefined,
  }
  try {
    requirePackageName(packageName)
    const manifest = await readManifest(bucket, candidate, options.taskId, settings.now())
    if (manifest) {
      const { instanceId, executionId, package: promised } = manifest
      facts = { ...facts, instance: instanceId, executionId, sizeBytes: promised.sizeBytes, manifest }
    }
    if (options.dryRun) return { candidate, facts }
    if (manifest && known) {
      const reports = manifest.reports.map(deliveredBy)
      // It was loaded from another address, or newer ones have delivered all of it.
      if (known.has(facts.instance, packageName) || !seemsToCount(known, target, facts, reports, settings))
        return { candidate, facts: { ...facts, sha256: manifest.package.sha256 } }
    }
    const fetched = await fetch(session, candidate, facts, place)
    facts = { ...facts, sha256: fetched.sha256, sizeBytes: fetched.sizeBytes }
    if (manifest && manifest.package.sha256 !== fetched.sha256) {
      await fetched.discard()
      throw new Refusal('the package does not have the SHA-256 of its manifest')
    }
    return { candidate, facts, fetched }
  } catch (error) {
    if (error instanceof Refusal) return { candidate, facts, refusal: error }
    throw error
  } finally {
    place.pass()
  }
}

async function fetch(
  { bucket, limits, options, workFolder }: Session,
  { key, packageName }: Candidate,
  { sizeBytes }: PackageFacts,
  place: Place,
): Promise<FetchedPackage> {
  const limit = Math.min(limits.packageMaxBytes, SMALL_BYTES)
  if (sizeBytes !== null && sizeBytes <= limit) return fetchSmallPackage(bucket, key, sizeBytes)
  const leave = await place.take()
  try {
    const object = await bucket.open(key)
    if (typeof object === 'string') throw notReadable(object)
    if (sizeBytes !== null && object.sizeBytes !== sizeBytes)
      throw new Refusal(`the package has ${object.sizeBytes} bytes instead of ${sizeBytes}`)
    if (object.sizeBytes > limits.packageMaxBytes)
      throw new Refusal(`the package has ${object.sizeBytes} bytes, more than ${limits.packageMaxBytes}`)
    const onProgress = (doneBytes: number, totalBytes: number) =>
      options.onEvent?.({ kind: 'progress', stage: 'download', packageName, doneBytes, totalBytes })
    const fetched = await fetchPackage(object, packageName, { workFolder, onProgress, signal: options.signal })
    return { ...fetched, discard: () => fetched.discard().finally(leave) }
  } catch (error) {
    leave()
    throw error
  }
}

/** One's place among those who want room for something large. */
interface Place {
  /** Waits until those before have taken or passed, and there is room; gives back how to leave. */
  take(): Promise<() => void>
  /** Lets those behind go on. */
  pass(): void
}

/** Room for a few, given in the order of entering: were a later one served first, the first could wait for ever. */
class RoomInOrder {
  #free: number
  #last: Promise<void> = Promise.resolve()
  #wakes: (() => void)[] = []

  constructor(size: number) {
    this.#free = size
  }

  enter(): Place {
    const before = this.#last
    const { promise, resolve: pass } = Promise.withResolvers<void>()
    this.#last = promise
    const take = async () => {
      await before
      while (this.#free <= 0) await new Promise<void>((wake) => this.#wakes.push(wake))
      this.#free -= 1
      pass()
      let isHere = true
      return () => {
        if (isHere) this.#free += 1
        isHere = false
        for (const wake of this.#wakes.splice(0)) wake()
      }
    }
    return { take, pass }
  }

  /** Nobody waits any more: all are going to be thrown away. */
  open(): void {
    this.#free = Infinity
    for (const wake of this.#wakes.splice(0)) wake()
  }
}
