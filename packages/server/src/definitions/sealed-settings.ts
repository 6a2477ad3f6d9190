import { invalid, type FieldProblem } from '@datahub/core/error/data-hub-error'
import { joinPath } from '@datahub/core/error/field-problems'
import { isDeepStrictEqual } from 'node:util'
import type { Scope } from '../db/scope.ts'
import type { SecretBox } from '../foundation/secret-box.ts'

/** Settings as a person gives them, split into what may be shown and what is sealed. */

type Settings = Readonly<Record<string, unknown>>

/** What stands for a secret wherever settings are shown. */
const SET = { set: true } as const

/** Tables of definitions with secrets. */
export type SealedTable = 'source' | 'destination' | 'alert_channel' | 'refresh_token'

/** Moved to another row, or its row to another workspace, a secret does not open. */
export function placeOfSettings(table: SealedTable, scope: Scope, id: number): string {
  return `workspace/${scope.workspaceId}/${table}/${id}`
}

/** Without secrets: those that are there read `{"set": true}`. */
export function redact(settings: Settings, sealed: Readonly<Record<string, string>>): Record<string, unknown> {
  return { ...settings, ...Object.fromEntries(Object.keys(sealed).map((field) => [field, SET])) }
}

/**
 * The settings whole again, for checking and opening: secrets left out of `given` are taken from the stored ones. A
 * secret left out stays only while all other settings stay: otherwise whoever may edit could point the connection at a
 * server of his own and harvest it.
 */
export function completeSettings(
  given: Settings,
  secrets: readonly string[],
  stored: { settings: Settings; plainSecrets: Readonly<Record<string, string>> } | undefined,
  root: string,
): Record<string, unknown> {
  const left = secrets.filter((field) => given[field] === undefined || isDeepStrictEqual(given[field], SET))
  const complete = Object.fromEntries(Object.entries(given).filter(([field]) => !left.includes(field)))
  const kept = left.filter((field) => stored?.plainSecrets[field] !== undefined)
  if (!stored || kept.length === 0) return complete
  const open = Object.fromEntries(Object.entries(complete).filter(([field]) => !secrets.includes(field)))
  if (!isDeepStrictEqual(open, { ...stored.settings }))
    throw invalid(
      'keep the saved secret',
      kept.map((field) => reenter(root, field)),
    )
  return { ...complete, ...Object.fromEntries(kept.map((field) => [field, stored.plainSecrets[field]])) }
}

/** Splits complete settings; the sealed texts are bound to `place`, such as `destination/3`. */
export function sealSettings(
  complete: Settings,
  secrets: readonly string[],
  place: string,
  box: SecretBox,
): { settings: Settings; sealed: Record<string, string> } {
  const isSecret = ([field, value]: [string, unknown]) => secrets.includes(field) && typeof value === 'string'
  const entries = Object.entries(complete).filter(([, value]) => value !== undefined)
  return {
    settings: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    sealed: Object.fromEntries(
      entries.filter(isSecret).map(([field, value]) => [field, box.seal(value as string, `${place}/${field}`)]),
    ),
  }
}

/** The secrets of a stored row in plain text. */
export function unseal(
  sealed: Readonly<Record<string, string>>,
  place: string,
  box: SecretBox,
): Record<string, string> {
  return Object.fromEntries(Object.entries(sealed).map(([field, text]) => [field, box.open(text, `${place}/${field}`)]))
}

function reenter(root: string, field: string): FieldProblem {
  return {
    field: joinPath(root, [field]),
    problem: 'must be given again, because other settings changed',
    cure: 'Enter the secret once more together with the change.',
  }
}
