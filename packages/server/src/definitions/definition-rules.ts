import { isDeepStrictEqual } from 'node:util'
import { DataHubError, invalid } from '@datahub/core/error/data-hub-error'
import { joinPath, nearest } from '@datahub/core/error/field-problems'
import { z } from 'zod'
import type { SecretBox } from '../foundation/secret-box.ts'
import { completeSettings, unseal } from './sealed-settings.ts'

/** What holds for the definitions of sources and of destinations alike. */

type Settings = Readonly<Record<string, unknown>>
type Noun = 'data source' | 'destination' | 'channel'

/** The connector of that kind; `request.invalid` at `<root>.kind` when there is none. */
export function kindNamed<Kind extends { readonly kind: string }>(
  kinds: readonly Kind[],
  name: string,
  root: string,
  noun: Noun,
): Kind {
  const kind = kinds.find((candidate) => candidate.kind === name)
  if (kind) return kind
  const cure = `Use one of ${kinds.map((candidate) => candidate.kind).join(', ')}.`
  throw invalid('read the definition', [
    { field: joinPath(root, ['kind']), problem: `"${name}" is not a kind of ${noun}`, cure },
  ])
}

const MOST_NAMED = 5

/** What has to be entered, as JSON Schema: enough to draw a form. Rules among fields stay with the hub. */
export function schemaForPeople(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return described
}

/** Keys are rotated all together, and nothing beside them. Throws `request.invalid`. */
export function assertCredentials(
  { kind, credentials }: { readonly kind: string; readonly credentials: readonly string[] },
  given: Settings,
): void {
  const strange = Object.keys(given).filter((field) => !credentials.includes(field))
  const missing = credentials.filter((field) => given[field] === undefined)
  const cure =
    credentials.length > 0 ? `Give ${credentials.join(' and ')}.` : `A destination of the kind "${kind}" has no keys.`
  const problems = [
    ...strange.map((field) => ({ field, problem: 'is not one of the keys', cure })),
    ...missing.map((field) => ({ field, problem: 'is missing', cure })),
  ].map((problem) => ({ ...problem, field: `credentials.${problem.field}` }))
  if (problems.length > 0 || credentials.length === 0)
    throw invalid(
      'swap the keys',
      problems.length > 0 ? problems : [{ field: 'credentials', problem: 'has nothing to swap', cure }],
    )
}

export interface StoredSettings {
  readonly id: number
  readonly kind: string
  readonly settings: Settings
  readonly sealed: Readonly<Record<string, string>>
}

/** The given settings with the secrets that were left out, and what was stored before; nothing for another kind. */
export function completeFrom(
  existing: StoredSettings | undefined,
  given: { readonly kind: string; readonly settings: Settings },
  secrets: readonly string[],
  placeOf: (id: number) => string,
  box: SecretBox,
  root: string,
): { complete: Settings; before: Settings | undefined } {
  const same = existing?.kind === given.kind ? existing : undefined
  const stored = same && { settings: same.settings, plainSecrets: unseal(same.sealed, placeOf(same.id), box) }
  const complete = completeSettings(given.settings, secrets, stored, root)
  return { complete, before: stored && { ...stored.settings, ...stored.plainSecrets } }
}

/** Names of the fields that an update changes, in order. */
export function fieldsThatDiffer(before: Settings, after: Settings): string[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return fields.filter((field) => !isDeepStrictEqual(plain(before[field]), plain(after[field]))).sort()
}

export function noSuch(noun: Noun, name: string, known: readonly string[]): DataHubError {
  const near = nearest(name, known)
  const details = near ? { hint: `Did you mean "${near}"?` } : {}
  return new DataHubError('request.not_found', `find the ${noun} "${name}"`, details)
}

/** Names the tasks that hold it, as many as can be read at a glance. */
export function inUse(noun: Noun, name: string, users: readonly string[]): DataHubError {
  const named = users.slice(0, MOST_NAMED).map((user) => `"${user}"`)
  const more = users.length - named.length
  const list = [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')
  const hint =
    users.length === 1
      ? `The task ${list} uses it: remove it, or give it another ${noun}.`
      : `${users.length} tasks use it: ${list}. Remove them, or give them another ${noun}.`
  return new DataHubError('request.in_use', `remove the ${noun} "${name}"`, { hint, facts: { tasks: users.length } })
}

/** As it comes back from the database. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown)
}
