import { codesInChinese } from '../error/codes-zh.ts'
import { codes, type ErrorCode } from '../error/codes.ts'
import { ofDestinations } from './destinations-zh.ts'
import { ofFields } from './fields-zh.ts'
import { filledIn } from './parts-zh.ts'
import { ofReportApis } from './report-apis-zh.ts'
import { ofSources } from './sources-zh.ts'
import { ofStorages } from './storage-zh.ts'
import { ofTasks } from './tasks-zh.ts'

/**
 * Everything that the hub says of its own accord, by its English: `{}` is what the code fills in, and `{1}`, `{2}` … are
 * those in their order. A sentence that the code says and that is not here fails a test (sentences.test.ts).
 */
const sentences: Readonly<Record<string, string>> = {
  ...ofDestinations,
  ...ofStorages,
  ...ofSources,
  ...ofReportApis,
  ...ofFields,
  ...ofTasks,
  ...ofCodes(),
}

/** What a failed step of a connection test says: `The storage cannot be reached (ECONNREFUSED).` */
function ofCodes(): Record<string, string> {
  return Object.fromEntries(
    (Object.keys(codes) as ErrorCode[]).flatMap((code) => {
      const { summary } = codes[code]
      const english = `${summary[0]?.toUpperCase()}${summary.slice(1)}`
      const chinese = codesInChinese[code].summary
      return [
        [`${english}.`, `${chinese}。`],
        [`${english} ({}).`, `${chinese}（{1}）。`],
      ]
    }),
  )
}

interface Pattern {
  readonly shape: RegExp
  readonly chinese: string
}

/** What says most by itself comes first, so that a vague one never takes its place. */
function patternsOf(said: Readonly<Record<string, string>>): readonly Pattern[] {
  return Object.entries(said)
    .toSorted(([one], [other]) => other.replaceAll('{}', '').length - one.replaceAll('{}', '').length)
    .map(([english, chinese]) => {
      const literal = english.split('{}').map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
      return { shape: new RegExp(`^${literal.join('([^]*?)')}$`), chinese }
    })
}

const patterns = patternsOf(sentences)
const patternsFilledIn = patternsOf(filledIn)

/**
 * One or more sentences of the hub in Chinese; undefined when one of them is not known. What was filled in stays as it is,
 * unless it is something that the hub says.
 */
export function sayInChinese(english: string): string | undefined {
  const parts = english.split(/(?<=[.?!]) (?=\p{Lu}|[\w.[\]]+: )/u)
  for (const pattern of patterns)
    // The fewest sentences first, so that what follows a filled-in end is not taken for a part of it
    for (let many = 1; many <= parts.length; many += 1) {
      const first = match(pattern, parts.slice(0, many).join(' '))
      if (first === undefined) continue
      const rest = many === parts.length ? '' : sayInChinese(parts.slice(many).join(' '))
      if (rest !== undefined) return first + rest
    }
  return ofValue(english) ?? ofField(english)
}

function match({ shape, chinese }: Pattern, english: string): string | undefined {
  const found = shape.exec(english)
  return found ? chinese.replaceAll(/\{(\d)\}/g, (_, place: string) => fill(found[Number(place)] ?? '')) : undefined
}

/** Several are told apart by semicolons. */
function fill(text: string): string {
  const each = text.split('; ').map((one) => {
    for (const pattern of patternsFilledIn) {
      const said = match(pattern, one)
      if (said !== undefined) return said
    }
    return sayInChinese(one) ?? one
  })
  return each.join('；')
}

/** `"x" must be a number`: the value, then what is wrong with it. */
function ofValue(english: string): string | undefined {
  const [, value, rest = ''] = /^("(?:[^"\\]|\\.)*(?:"|…)|-?[\d.]+|true|false) (.+)$/su.exec(english) ?? []
  const said = value === undefined ? undefined : sayInChinese(rest)
  return said === undefined ? undefined : `${value} ${said}`
}

/** `primaryKey[0]: there is no column x.`: the field, then what is wrong with it. */
function ofField(english: string): string | undefined {
  const [, field, rest = ''] = /^([\w.[\]]+): (.+?)\.?$/su.exec(english) ?? []
  const said = field === undefined ? undefined : sayInChinese(rest)
  return said === undefined ? undefined : `${field}：${said}。`
}
