import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { EgressPolicy } from '../../foundation/egress.ts'
import { explainNetwork } from './errors.ts'
import { hostOf, problemOfUrl } from './urls.ts'

const SILENCE_MS = 60_000
const LARGEST_ANSWER_BYTES = 1 << 20

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

/**
 * One request on a connection of its own, through the egress policy whoever named the URL; redirects are not followed.
 * Answers when the headers have come; the body must be read or destroyed. Throws `source.unreachable`,
 * `source.egress_blocked`, `source.answer_unreadable` for a URL that is none, or the signal's reason.
 */
export async function send(
  { method, url: text, headers, body }: HttpRequest,
  doing: string,
  egress: EgressPolicy,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  signal.throwIfAborted()
  const problem = problemOfUrl(text)
  if (problem) throw new DataHubError('source.egress_blocked', doing, { hint: `The URL ${problem}.` })
  const url = new URL(text)
  try {
    egress.admitHost(hostOf(url), 'endpoint')
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      headers: { 'User-Agent': 'datahub', ...headers, 'Accept-Encoding': 'identity' },
      agent: false,
      lookup: egress.lookup('endpoint'),
      signal,
      timeout: SILENCE_MS,
    })
    const silence = () => request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }))
    request.on('timeout', silence)
    request.end(body)
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    // What happens to the connection later is told by the body; here nobody listens any more
    request.on('error', () => {})
    return answer
  } catch (error) {
    signal.throwIfAborted()
    throw explainNetwork(error, doing)
  }
}

/** A small body whole, as text. */
export async function readText(answer: IncomingMessage, doing: string, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes <= LARGEST_ANSWER_BYTES) continue
      answer.destroy()
      throw new DataHubError('source.answer_unreadable', doing, { hint: 'The answer is larger than 1 MB.' })
    }
  } catch (error) {
    signal.throwIfAborted()
    throw explainNetwork(error, doing)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** `Retry-After` in milliseconds: seconds or a date; undefined where there is none. At most a day. */
export function retryAfterMs(answer: IncomingMessage, now: number): number | undefined {
  const text = answer.headers['retry-after']
  if (text === undefined) return undefined
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), 86_400_000)
}
