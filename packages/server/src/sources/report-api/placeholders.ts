import { dayOf, formatInstant } from '@datahub/core/execution/data-range'
import type { Span } from './spans.ts'

/** What the placeholders of one request stand for: of its time, days and instants in the account's zone. */
export interface Filling extends Span {
  readonly timeZone: string
  readonly account: string
  readonly table: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** The same for every attempt at the same report, another one for every other report. */
  readonly key: string
  readonly reportId: string
}

const PLACEHOLDER = /\{([^{}]*)\}/g
const ENDS = new Set(['from', 'to', 'until'])
const FORMATS = new Set(['compact', 'instant', 'epoch'])
const PLAIN = new Set(['account', 'timeZone', 'table', 'key', 'reportId'])

export const PLACEHOLDERS =
  'There is {from}, {to}, {until}, each also with :compact, :instant or :epoch, {account}, {timeZone}, {table}, {key}, {reportId} and {parameter.<name>}.'

/** The placeholders of a value, at any depth, without their braces. */
export function placeholdersIn(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '')
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(placeholdersIn)
}

/** Whether there is such a placeholder; which parameters there are is another question. */
export function isPlaceholder(name: string): boolean {
  const [head = '', format, ...rest] = name.split(':')
  if (ENDS.has(head)) return rest.length === 0 && (format === undefined || FORMATS.has(format))
  return format === undefined && (PLAIN.has(name) || parameterOf(name) !== undefined)
}

/** Whether it says a day and no hour. */
export function saysDay(name: string): boolean {
  const [head = '', format = 'day'] = name.split(':')
  return ENDS.has(head) && (format === 'day' || format === 'compact')
}

/** `parameter.reportType` → `reportType` */
export function parameterOf(name: string): string | undefined {
  return name.startsWith('parameter.') ? name.slice('parameter.'.length) : undefined
}

/** A text with its placeholders filled in; `escape` is applied to what they stand for, and to nothing else. */
export function fillText(
  template: string,
  filling: Filling,
  escape: (text: string) => string = (text) => text,
): string {
  return template.replaceAll(PLACEHOLDER, (_whole, name: string) => {
    const value = meaning(name, filling)
    return escape(typeof value === 'string' ? value : JSON.stringify(value))
  })
}

/** A JSON value likewise. A text that is one placeholder and nothing else becomes its value: a list stays a list. */
export function fillValue(template: unknown, filling: Filling): unknown {
  if (typeof template === 'string') {
    const only = /^\{([^{}]*)\}$/.exec(template)
    return only ? meaning(only[1] ?? '', filling) : fillText(template, filling)
  }
  if (Array.isArray(template)) return template.map((item) => fillValue(item, filling))
  if (typeof template !== 'object' || template === null) return template
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fillValue(value, filling)]))
}

function meaning(name: string, filling: Filling): unknown {
  const parameter = parameterOf(name)
  if (parameter !== undefined) return filling.parameters[parameter]
  const [head = '', format] = name.split(':')
  if (ENDS.has(head)) return endText(filling[head as keyof Span], format, filling.timeZone)
  return filling[name as 'account' | 'timeZone' | 'table' | 'key' | 'reportId']
}

function endText(instant: Date, format: string | undefined, timeZone: string): string {
  if (format === 'epoch') return String(Math.floor(instant.getTime() / 1000))
  if (format === 'instant') return formatInstant(instant, timeZone)
  const day = dayOf(instant, timeZone)
  return format === 'compact' ? day.replaceAll('-', '') : day
}
