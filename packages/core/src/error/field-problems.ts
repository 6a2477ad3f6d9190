import type { z } from 'zod'
import type { FieldProblem } from './data-hub-error.ts'

/**
 * What zod found, for people: one problem per field, with the path from `root` (such as `sources[0].connection.host`),
 * what is wrong with the value, and what would be right. With `input`, what was checked, the value is quoted; leave it out
 * where somebody may have put a secret into the wrong field. zod's own issues hold no values.
 */
export function problemsOf(error: z.ZodError, root = '', input?: unknown): FieldProblem[] {
  const empty = new Set<string>()
  return error.issues.flatMap((issue) => {
    const value = issue.path.length === 0 ? undefined : valueAt(input, issue.path)
    if (value === '') {
      // Whatever else is wrong with nothing, nobody has entered anything yet
      const field = joinPath(root, issue.path)
      const isTold = empty.has(field)
      empty.add(field)
      return isTold ? [] : [{ field, problem: 'must not be empty', cure: 'Enter it.' }]
    }
    return problemsOfIssue(issue, root).map((problem) => ({ ...problem, problem: quote(value, problem.problem) }))
  })
}

/** `sources[0].connection.host` */
export function joinPath(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, root)
}

/** The candidate that a typing mistake most likely meant: at most two edits away. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best && best.distance <= Math.max(1, Math.min(2, Math.floor(name.length / 3))) ? best.candidate : undefined
}

/** Puts a plain value before a predicate: `"x" must be a number`. A whole sentence stays as it is. */
function quote(value: unknown, problem: string): string {
  if (!['string', 'number', 'boolean'].includes(typeof value) || !/^[a-z]/.test(problem)) return problem
  const text = JSON.stringify(value)
  return `${text.length > 80 ? `${text.slice(0, 79)}…` : text} ${problem}`
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key)
        ? (inside as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  )
}

function problemsOfIssue(issue: z.core.$ZodIssue, root: string): FieldProblem[] {
  const field = joinPath(root, issue.path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: joinPath(field, [key]),
      problem: 'is not a known field',
      cure: 'Remove it, or correct its spelling.',
    }))
  }
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
    return [{ field, problem: 'is missing', cure: `Give it: ${aKind(issue.expected)}.` }]
  }
  if (issue.code === 'invalid_type')
    return [{ field, problem: `must be ${aKind(issue.expected)}`, cure: `Write ${aKind(issue.expected)}.` }]
  if (issue.code === 'invalid_value') {
    const values = issue.values.map((value) => String(value)).join(', ')
    return [
      {
        field,
        problem: `must be ${issue.values.length > 1 ? 'one of ' : ''}${values}`,
        cure: `Write ${issue.values.length > 1 ? 'one of ' : ''}${values}.`,
      },
    ]
  }
  if (issue.code === 'invalid_union') {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String).join(', ') : ''
    return [
      {
        field: issue.path.length > 0 ? field : root,
        problem: options ? `must be one of ${options}` : 'fits none of the possible forms',
        cure: options ? `Write one of ${options}.` : 'Look at the guide for the forms it may have.',
      },
    ]
  }
  return [{ field, problem: sentence(issue.message), cure: 'Correct the value.' }]
}

function aKind(expected: string): string {
  const words: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a block of fields',
    record: 'a block of fields',
  }
  return words[expected] ?? expected
}

/** zod's own sentences begin "Too small: expected …"; ours are predicates already. */
function sentence(message: string): string {
  const expected = /^(?:Too small|Too big|Invalid \w+|Invalid input): (?:expected )?(.*)$/.exec(message)
  return expected ? `is not right: ${expected[1]}` : message
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
