import type { SettingView } from '@datahub/core/api/operation-shapes'
import { invalid } from '@datahub/core/error/data-hub-error'
import { readFileSync } from 'node:fs'

/** Where settings come from, and what of them may be shown. */

const FILE = '_FILE'

/** Never shown, not even in part. */
const SECRETS = new Set(['DATAHUB_SECRET_KEY', 'DATAHUB_SECRET_KEY_OLD', 'DATAHUB_OIDC_CLIENT_SECRET'])
/** Shown without what may be a password in them. */
const ADDRESSES = new Set(['DATABASE_URL', 'DATAHUB_PUBLIC_URL', 'DATAHUB_OIDC_ISSUER'])

type Environment = Readonly<Record<string, string | undefined>>

export interface Given {
  /** Every setting that is set, with its text. */
  readonly values: Readonly<Record<string, string>>
  /** Those whose text stands in a file. */
  readonly fromFiles: ReadonlySet<string>
}

/**
 * The settings among the environment: `NAME`, or `NAME_FILE` with the path of a file whose text it is, without the white
 * space at its end. Throws `request.invalid` for a file that cannot be read, and where both are set.
 */
export function gather(names: readonly string[], environment: Environment): Given {
  const values: Record<string, string> = {}
  const fromFiles = new Set<string>()
  for (const name of names) {
    const [text, path] = [environment[name], environment[name + FILE]]
    if (text && path) throw refused(name + FILE, `is set, and so is ${name}`, `Unset one of the two.`)
    if (text) values[name] = text
    if (!path) continue
    values[name] = textOf(name, path)
    fromFiles.add(name)
  }
  return { values, fromFiles }
}

function textOf(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    throw refused(
      name + FILE,
      `names a file that cannot be read (${code})`,
      'Correct the path, or let this account read it.',
    )
  }
}

function refused(field: string, problem: string, cure: string): Error {
  return invalid('start with these settings', [{ field, problem, cure }])
}

/** All settings with their origin, as those who run the hub see them. `byOption`: those that the command line gave. */
export function describeSettings(
  defaults: Readonly<Record<string, unknown>>,
  names: readonly string[],
  { values, fromFiles }: Given,
  byOption: ReadonlySet<string>,
): SettingView[] {
  return names.map((name) => {
    const given = values[name]
    const isSecret = SECRETS.has(name)
    const text = given ?? shownDefault(defaults[name])
    const origin = fromFiles.has(name)
      ? 'file'
      : given === undefined
        ? 'default'
        : byOption.has(name)
          ? 'option'
          : 'environment'
    const value = isSecret || text === undefined ? null : ADDRESSES.has(name) ? withoutPassword(text) : text
    return { name, value, isSet: given !== undefined, isSecret, origin }
  })
}

function shownDefault(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length > 0 ? value.join(',') : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** User, host, port and path; a query may hold a password, and what is no address may be anything. */
function withoutPassword(text: string): string | null {
  const url = URL.parse(text)
  if (!url) return null
  const user = url.username ? `${url.username}@` : ''
  return `${url.protocol}//${user}${url.host}${url.pathname}`
}
