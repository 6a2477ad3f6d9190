import type { IncomingMessage } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { codeOf } from './errors.ts'
import { retryAfterMs } from './http.ts'

const MOST_RESUMES = 5
const TRIES = 4
/** A URL that has expired says so in many ways. */
const EXPIRED = [400, 401, 403, 404, 410]

/** Requests the file from this byte on; `isFresh`: at a URL that the service has just named. */
export type OpenFile = (
  range: { fromByte: number; etag: string } | undefined,
  isFresh: boolean,
  signal: AbortSignal,
) => Promise<IncomingMessage>

/**
 * The bytes of a file, unpacked if it is gzip. A connection that breaks is taken up again where it broke, if the server
 * can; a URL that has expired is asked for once more. Ends only when the file is whole, by Content-Length and by gzip's
 * own trailer; else `source.download_failed`.
 */
export async function* download(open: OpenFile, doing: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const bytes = wholeBody(open, doing, signal)
  try {
    const first = await bytes.next()
    const start = first.done ? Buffer.alloc(0) : first.value
    const all = prepend(start, bytes)
    yield* start[0] === 0x1f && start[1] === 0x8b ? unpacked(all, doing, signal) : all
  } finally {
    await bytes.return(undefined)
  }
}

async function* wholeBody(open: OpenFile, doing: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  let answer = await opened(open, undefined, doing, signal)
  const lengthBytes = lengthOf(answer)
  const etag = answer.headers['accept-ranges'] === 'bytes' ? strongEtag(answer) : undefined
  let receivedBytes = 0
  try {
    for (let resumes = 0; ; resumes += 1) {
      try {
        for await (const chunk of answer as AsyncIterable<Buffer>) {
          receivedBytes += chunk.length
          yield chunk
        }
        if (lengthBytes === undefined) return
      } catch (error) {
        signal.throwIfAborted()
        if (codeOf(error) === '') throw error
      }
      if (receivedBytes === lengthBytes) return
      const facts = { receivedBytes, ...(lengthBytes === undefined ? {} : { lengthBytes }) }
      const cutOff = new DataHubError('source.download_failed', doing, { facts })
      if (etag === undefined || resumes >= MOST_RESUMES) throw cutOff
      const isAtStart = receivedBytes === 0
      answer = await opened(open, isAtStart ? undefined : { fromByte: receivedBytes, etag }, doing, signal)
      // Anything but the rest of the very same file would make a file of two halves
      const isRest = answer.statusCode === 206 && answer.headers['content-range']?.startsWith(`bytes ${receivedBytes}-`)
      if (!isRest && !(isAtStart && strongEtag(answer) === etag)) throw cutOff
    }
  } finally {
    answer.destroy()
  }
}

async function opened(
  open: OpenFile,
  range: { fromByte: number; etag: string } | undefined,
  doing: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let isFresh = false
  for (let tried = 1; ; tried += 1) {
    const answer = await asDownload(() => open(range, isFresh, signal), doing).catch((error: unknown) => {
      if (!isDownloadFailed(error) || error.retryAfterMs !== undefined || tried >= TRIES) throw error
      return undefined
    })
    const status = answer?.statusCode ?? 0
    if (answer && (status === 200 || status === 206)) return answer
    const afterMs = answer && retryAfterMs(answer, Date.now())
    answer?.destroy()
    const isExpired = EXPIRED.includes(status) && !isFresh
    const passes = answer === undefined || status >= 500 || isExpired
    if (!passes || tried >= TRIES) {
      throw new DataHubError('source.download_failed', doing, {
        facts: { httpStatus: status },
        ...(status >= 300 && status < 400 ? { hint: 'It answers with a redirect, which is not followed.' } : {}),
        ...(afterMs === undefined ? {} : { retryAfterMs: afterMs }),
      })
    }
    if (isExpired) isFresh = true
    else await sleep(100 + Math.random() * 250 * 2 ** tried, undefined, { signal })
  }
}

function isDownloadFailed(error: unknown): error is DataHubError {
  return error instanceof DataHubError && error.code === 'source.download_failed'
}

/** Whoever cannot be reached now had the report ready: it was not fetched. */
export async function asDownload<Result>(act: () => Promise<Result>, doing: string): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof DataHubError)) throw error
    if (error.code !== 'source.unreachable' && error.code !== 'source.throttled') throw error
    const { hint, facts, retryAfterMs: afterMs } = error
    throw new DataHubError('source.download_failed', doing, {
      hint,
      facts,
      ...(afterMs === undefined ? {} : { retryAfterMs: afterMs }),
    })
  }
}

async function* unpacked(bytes: AsyncIterable<Buffer>, doing: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  // Its end is seen by whoever reads: an error travels along and comes out of the loop
  const gunzip = pipeline(Readable.from(bytes, { objectMode: false }), createGunzip(), () => {})
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (error) {
    signal.throwIfAborted()
    if (!codeOf(error).startsWith('Z_')) throw error
    throw new DataHubError('source.download_failed', doing, { facts: { error: codeOf(error) } })
  } finally {
    gunzip.destroy()
  }
}

async function* prepend(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  yield* rest
}

function lengthOf(answer: IncomingMessage): number | undefined {
  const text = answer.headers['content-length']
  return text === undefined ? undefined : Number(text)
}

function strongEtag(answer: IncomingMessage): string | undefined {
  const { etag } = answer.headers
  return etag?.startsWith('"') ? etag : undefined
}
