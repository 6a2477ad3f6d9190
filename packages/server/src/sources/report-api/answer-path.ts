import { z } from 'zod'

/** Where something stands in a JSON answer: `report.id`, `items[0].url`. */
export type AnswerPath = readonly (string | number)[]

const STEP = /^(?:\.?([^.[\]]+)|\[(\d+)\])/

/** Undefined for what is no path. */
function parsePath(text: string): AnswerPath | undefined {
  const path: (string | number)[] = []
  let rest = text
  while (rest !== '') {
    const match = STEP.exec(rest)
    if (!match || (path.length === 0 && rest.startsWith('.'))) return undefined
    path.push(match[2] === undefined ? (match[1] as string) : Number(match[2]))
    rest = rest.slice(match[0].length)
  }
  return path.length > 0 ? path : undefined
}

export const AnswerPathText = z
  .string()
  .max(500)
  .refine((text) => parsePath(text) !== undefined, 'must be a path such as status, report.id or items[0].url')

/** The steps of a path that its schema has checked. */
export function stepsOf(text: string): AnswerPath {
  return parsePath(text) ?? []
}

/** What stands there; undefined where nothing does. */
export function valueAt(answer: unknown, path: AnswerPath): unknown {
  return path.reduce<unknown>(
    (inside, step) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, step)
        ? (inside as Record<string | number, unknown>)[step]
        : undefined,
    answer,
  )
}

/** The text, number or boolean that stands there, as text; undefined where there is none of these. */
export function textAt(answer: unknown, path: string): string | undefined {
  const value = valueAt(answer, stepsOf(path))
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}

/** JSON in which numbers are the texts that they were: an id of 20 digits is no floating-point number. */
export function parseAnswer(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value,
  )
}
