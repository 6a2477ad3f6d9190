import { DataHubError } from '@datahub/core/error/data-hub-error'
import { harmless, refused, type Answer } from './post.ts'

/**
 * The robots of Feishu, WeCom and DingTalk answer HTTP 200 whatever has happened: only a code of 0 in the JSON means that
 * the message is there. `busy`: the codes by which they ask to be left alone for a while.
 */
export function judgeRobot(
  host: string,
  answer: Answer,
  fields: { readonly code: string; readonly words: string },
  busy: readonly number[],
): string {
  const doing = `send to ${host}`
  const said = parse(answer.text)
  const code = said?.[fields.code]
  const words = typeof said?.[fields.words] === 'string' ? harmless(said[fields.words] as string) : ''
  if (answer.status !== 200 || typeof code !== 'number') throw refused(doing, answer, words)
  if (code === 0) return words === '' ? '0' : `0 ${words}`
  const facts = { status: answer.status, code, ...(words === '' ? {} : { answer: words }) }
  if (busy.includes(code)) throw new DataHubError('alert.throttled', doing, { facts, retryAfterMs: 60_000 })
  throw new DataHubError('alert.refused', doing, { facts })
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
