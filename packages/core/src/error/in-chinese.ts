import { sayInChinese } from '../sentence/say-in-chinese.ts'
import { codesInChinese } from './codes-zh.ts'
import { codes, type ErrorCode } from './codes.ts'

/** What is told of a failure, in Chinese. */
export interface Told {
  /** Undefined: the code is not one of ours. */
  readonly summary: string | undefined
  readonly happened: string
  readonly cure: string
}

/**
 * What happened and what helps, in Chinese. `happened`: an error's message, of which the names stay; `cure`: what it came
 * with. What nobody has put into Chinese, such as the words of an older version, stands beside it as it is.
 */
export function inChinese(code: string, happened: string, cure: string): Told {
  if (!isCode(code))
    return { summary: undefined, happened: sayInChinese(happened) ?? happened, cure: sayInChinese(cure) ?? cure }
  const known = codesInChinese[code]
  const isExact = cure !== '' && cure !== codes[code].cure
  return {
    summary: known.summary,
    happened: whatHappened(code, happened),
    cure: isExact ? (sayInChinese(cure) ?? `${known.cure}（${cure}）`) : known.cure,
  }
}

const COULD_NOT = 'Could not '

/** `Could not find the task "x": there is no such thing.` or, as a step of a test, `There is no such thing (NoSuchTask).` */
function whatHappened(code: ErrorCode, message: string): string {
  const { summary } = codesInChinese[code]
  const english = codes[code].summary
  // What a receiver of alerts answered stands behind it, in brackets
  const end = message.indexOf(`: ${english}`)
  if (message.startsWith(COULD_NOT) && end > 0) {
    const names = namesIn(message.slice(COULD_NOT.length, end))
    const more = message
      .slice(end + english.length + 2)
      .replace(/^ ?(\([^)]*\))?\.?/, '')
      .trim()
    return `${summary}${names.length > 0 ? `：${names.join('、')}` : ''}。${sayInChinese(more) ?? more}`
  }
  const stated = `${english[0]?.toUpperCase()}${english.slice(1)}`
  if (!message.startsWith(stated)) return sayInChinese(message) ?? `${summary}（${message}）`
  const word = /^ \((.+)\)\.$/.exec(message.slice(stated.length))?.[1]
  return word === undefined ? `${summary}。` : `${summary}（${word}）。`
}

/** What was to be done is not told again, but to what: names in quotes, ids, keys. */
function namesIn(doing: string): string[] {
  return [...doing.matchAll(/"([^"]*)"|\S*[\d/_-]\S*/g)].map(([name, quoted]) => (quoted ? `“${quoted}”` : name))
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(codes, code)
}
