import { randomUUID } from 'node:crypto'
import type { GrowingFile, ObjectOrigin, SendingAhead } from '@datahub/core/destination/destination'
import { openGrowing, type GrowingReader } from '../growing.ts'
import type { Bucket } from './bucket.ts'
import { abortEarlier, Outgrown, throwAway, uploadParts, type Upload } from './multipart.ts'
import { PART_LIMITS, planMore, planUnknown } from './plan-parts.ts'
import { join, putNew } from './put-new.ts'

/** A file that is sent while it is written. */
export interface Following {
  readonly key: string
  readonly file: GrowingFile
  readonly origin: ObjectOrigin
  expectedBytes(): Promise<number>
  readonly signal: AbortSignal
  stillMine(): Promise<void>
  /** Runs what writes to the store: it may have to be tried out first. */
  writing<T>(signal: AbortSignal, write: () => Promise<T>): Promise<T>
}

interface Sent {
  readonly upload: Upload
  /** The label of the object that only this upload can become; nobody else has ever had it. */
  readonly mark: string
  readonly reader: GrowingReader
}

/**
 * `Destination.sendAhead` for S3: parts go up as they are written, and are joined when the file is sealed. The file on
 * disk lies between source and store, so neither waits for the other. What fits into one part waits for its one PUT.
 */
export function sendAhead(bucket: Bucket, following: Following, limits = PART_LIMITS): SendingAhead {
  const { key, file, origin } = following
  const over = new AbortController()
  const signal = AbortSignal.any([following.signal, over.signal])
  let reader: GrowingReader | undefined
  let taken = false

  async function follow(): Promise<Sent | undefined> {
    const opened = (reader = await openGrowing(file))
    if ((await file.reach(limits.partMinBytes + 1, signal)).sizeBytes <= limits.partMinBytes) return undefined
    return await following.writing(signal, async () => {
      await following.stillMine()
      await abortEarlier(bucket, key)
      for (let plan = planUnknown(await following.expectedBytes(), limits); ; plan = planMore(plan, limits)) {
        const mark = randomUUID()
        try {
          const upload = await uploadParts(bucket, key, { ...origin, upload: mark }, opened.next, plan, signal)
          return { upload, mark, reader: opened }
        } catch (error) {
          if (!(error instanceof Outgrown)) throw error
          opened.restart()
        }
      }
    })
  }

  // Why it failed is not told: sending the whole file meets the same fault, if it has not passed, and tells of it.
  const underWay = follow().catch(() => undefined)

  return {
    async putNew(staged, labels, ownSignal, stillMine) {
      const sent = await underWay
      ownSignal.throwIfAborted()
      taken = true
      return await following.writing(ownSignal, async () => {
        if (!sent) return await putNew(bucket, key, staged, labels, ownSignal, stillMine, limits)
        const marked = { ...labels, upload: sent.mark }
        const sending = { bucket, key, labels: marked, sizeBytes: staged.sizeBytes, signal: ownSignal, stillMine }
        return await join(sending, sent.upload, () => sent.reader.finish(staged))
      })
    },
    async [Symbol.asyncDispose]() {
      over.abort()
      const sent = await underWay
      if (sent && !taken) await throwAway(bucket, key, sent.upload.uploadId)
      await reader?.close()
    },
  }
}
