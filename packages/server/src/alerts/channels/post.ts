import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { asNetworkError } from './network-error.ts'
import type { SendingWorld } from './channel.ts'

/** Receivers say "ok"; more than that nobody reads. */
const ANSWER_MAX_BYTES = 64 * 1024

export interface Answer {
  readonly status: number
  readonly text: string
  readonly retryAfterMs: number | undefined
}

/**
 * One POST of JSON on a connection of its own, to addresses that the egress policy allows; redirects are not followed. What
 * the receiver answers is the caller's to judge. Throws `alert.unreachable`, `alert.tls` or `alert.egress_blocked`.
 */
export async function post(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  { egress, signal }: SendingWorld,
): Promise<Answer> {
  const doing = `send to ${url.host}`
  try {
    egress.admitHost(url.hostname, 'endpoint')
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      headers: {
        'User-Agent': 'datahub',
        ...headers,
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': Buffer.byteLength(body),
        'Accept-Encoding': 'identity',
      },
      agent: false,
      lookup: egress.lookup('endpoint'),
      signal,
    })
    request.end(body)
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    request.on('error', () => {})
    const text = await readAnswer(answer)
    return { status: answer.statusCode ?? 0, text, retryAfterMs: retryAfterOf(answer) }
  } catch (error) {
    throw asNetworkError(error, doing)
  }
}

/** The address that a person has entered: `request.invalid` cannot be told any more when it is sent to. */
export function assertUrl(text: string): URL {
  const problem = problemOfUrl(text)
  if (problem) throw new DataHubError('alert.egress_blocked', 'send the alert', { hint: `The URL ${problem}.` })
  return new URL(text)
}

/** What is wrong with the URL of a receiver; undefined: nothing. */
export function problemOfUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL such as https://example.com/hook'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://'
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password'
  return url.hash === '' ? undefined : 'must not have a part behind #'
}

/** What a receiver refused with, as an error that says how to go on. */
export function refused(doing: string, answer: Pick<Answer, 'status' | 'retryAfterMs'>, said: string): DataHubError {
  const isBusy = answer.status === 429 || answer.status === 503
  const facts = { status: answer.status, ...(said === '' ? {} : { answer: harmless(said) }) }
  const wait = answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }
  return new DataHubError(isBusy ? 'alert.throttled' : 'alert.refused', doing, { facts, ...wait })
}

/** Short and in one line, whoever wrote it. */
export function harmless(text: string): string {
  return text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
}

async function readAnswer(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let sizeBytes = 0
  for await (const piece of answer as AsyncIterable<Buffer>) {
    pieces.push(piece)
    sizeBytes += piece.length
    if (sizeBytes > ANSWER_MAX_BYTES) break
  }
  return Buffer.concat(pieces).toString('utf8')
}

function retryAfterOf(answer: IncomingMessage): number | undefined {
  const seconds = Number(answer.headers['retry-after'])
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) * 1000 : undefined
}
