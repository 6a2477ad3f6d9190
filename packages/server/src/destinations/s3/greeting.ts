import { request } from './client.ts'
import type { Bucket } from './bucket.ts'
import { elementIn, plainRequest, sendPlain } from './plain-request.ts'
import { bucketUrl } from './settings.ts'

/** What a store tells to anybody who asks for a bucket, whoever he is and whatever he may do. */
export interface Greeting {
  /** How far the store's clock is ahead of ours; undefined where it does not tell. */
  readonly aheadMs: number | undefined
  readonly region: string | undefined
  /** The store's reason not to answer more, such as `AccessDenied` or `NoSuchBucket`. */
  readonly code: string | undefined
}

/** Asks without signing, so that the answer says nothing about keys and rights. Throws only when there is no answer. */
export async function greet(bucket: Bucket, signal: AbortSignal): Promise<Greeting> {
  const url = bucketUrl(bucket.settings)
  url.search = '?list-type=2&max-keys=0'
  const doing = `ask for the bucket ${bucket.settings.bucket}`
  const { answer, askedAt, answeredAt } = await request(
    doing,
    signal,
    bucket.patience.answerMs,
    async (abortSignal) => {
      const before = Date.now()
      const got = await sendPlain(bucket.client, plainRequest('GET', url, {}), abortSignal)
      return { answer: got, askedAt: before, answeredAt: Date.now() }
    },
  )
  const date = Date.parse(answer.headers['date'] ?? '')
  return {
    // The header has whole seconds, so half a second is the best guess.
    aheadMs: Number.isNaN(date) ? undefined : date + 500 - (askedAt + answeredAt) / 2,
    region: word(answer.headers['x-amz-bucket-region'] ?? elementIn(answer.text, 'Region')),
    code: elementIn(answer.text, 'Code'),
  }
}

/** A store's word that may be shown and signed with. */
function word(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z0-9-]{1,63}$/i.test(text) ? text : undefined
}
