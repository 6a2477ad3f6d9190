import type { AlertChannelDefinition } from '@datahub/core/alert/channel'
import { CHANNEL_SECRETS, type AlertChannelKind } from '@datahub/core/alert/channel-kinds'
import { invalid, type FieldProblem } from '@datahub/core/error/data-hub-error'
import { joinPath } from '@datahub/core/error/field-problems'
import { isDeepStrictEqual } from 'node:util'
import { admitAt } from '../definitions/admit-at.ts'
import { placeOfSettings, unseal } from '../definitions/sealed-settings.ts'
import type { EgressPolicy } from '../foundation/egress.ts'
import type { SecretBox } from '../foundation/secret-box.ts'
import type { ChannelRow } from './channel-store.ts'
import { problemOfUrl } from './channels/post.ts'
import { makeSecret, problemOfSecret } from './channels/signature.ts'

type Settings = Readonly<Record<string, unknown>>

/** Fields that decide who gets to see a secret: where one of them changes, the secret has to be entered again. */
const GUARDED: Record<AlertChannelKind, readonly string[]> = {
  email: ['host', 'port', 'security', 'user'],
  webhook: [],
  slack: [],
  feishu: [],
  wecom: [],
  dingtalk: [],
}
/** Kept beside what somebody has entered, while a rotation lasts. */
const ROTATION = ['previousSecret', 'previousSecretUntil']
const SET = { set: true } as const

/** A definition whole, secrets and all. Throws `request.invalid` with what is missing or wrong, `alert.egress_blocked`. */
export function whole(
  definition: AlertChannelDefinition,
  existing: ChannelRow | undefined,
  box: SecretBox,
  egress: EgressPolicy,
  root: string,
): { complete: Settings; before: Settings | undefined; newSecret: string | null } {
  const {
    name: _name,
    kind,
    language: _language,
    alerts: _alerts,
    tasks: _tasks,
    enabled: _enabled,
    ...given
  } = definition
  const before = existing?.kind === kind ? stored(existing, box) : undefined
  const complete = { ...entered(given), ...kept(kind, given, before, root) }
  const newSecret = kind === 'webhook' && complete['secret'] === undefined ? makeSecret() : null
  const settings = newSecret === null ? complete : { ...complete, secret: newSecret }
  const problems = problemsIn(kind, settings, root)
  if (problems.length > 0) throw invalid('read the definition of the channel', problems)
  const field = joinPath(root, [kind === 'email' ? 'host' : 'url'])
  admitAt(field, () => egress.admitHost(hostOf(kind, settings), 'endpoint'))
  return { complete: settings, before, newSecret }
}

/** Without the secrets that are only said to be there. */
function entered(given: Settings): Settings {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && !isDeepStrictEqual(value, SET)),
  )
}

/** The saved secrets that a definition leaves out. */
function kept(kind: AlertChannelKind, given: Settings, before: Settings | undefined, root: string): Settings {
  // Who names no user wants no password either, and a new robot comes with a secret of its own or with none
  const isNew = kind === 'email' ? given['user'] === undefined : kind !== 'webhook' && typeof given['url'] === 'string'
  const isLeft = (field: string) => isDeepStrictEqual(given[field], SET) || (given[field] === undefined && !isNew)
  const fields = CHANNEL_SECRETS[kind].filter((field) => isLeft(field) && before?.[field] !== undefined)
  if (!before || fields.length === 0) return {}
  if (GUARDED[kind].some((field) => !isDeepStrictEqual(given[field], before[field]))) {
    const problem = 'must be given again, because where it is sent to has changed'
    const cure = 'Enter the secret once more together with the change.'
    throw invalid(
      'keep the saved secret',
      fields.map((field) => ({ field: joinPath(root, [field]), problem, cure })),
    )
  }
  const rotation = kind === 'webhook' ? ROTATION : []
  return Object.fromEntries(
    [...fields, ...rotation].flatMap((field) => (before[field] === undefined ? [] : [[field, before[field]]])),
  )
}

/** As it is stored, secrets in the open. */
export function stored(row: ChannelRow, box: SecretBox): Settings {
  const place = placeOfSettings('alert_channel', { workspaceId: row.workspace_id }, row.id)
  return { ...row.settings, ...unseal(row.sealed, place, box) }
}

export function receiverOf({ kind, settings }: ChannelRow): string {
  if (kind === 'email' && Array.isArray(settings['to'])) return settings['to'].join(', ')
  return typeof settings['url'] === 'string' && URL.canParse(settings['url']) ? new URL(settings['url']).host : kind
}

function hostOf(kind: AlertChannelKind, settings: Settings): string {
  return kind === 'email' ? String(settings['host']) : new URL(String(settings['url'])).hostname
}

function problemsIn(kind: AlertChannelKind, settings: Settings, root: string): FieldProblem[] {
  const problems: FieldProblem[] = []
  const add = (field: string, problem: string, cure: string) =>
    problems.push({ field: joinPath(root, [field]), problem, cure })
  const { url, secret, user, password } = settings
  if (kind !== 'email' && url === undefined) add('url', 'is missing', 'Paste the address that the service has given.')
  const wrongUrl = typeof url === 'string' ? problemOfUrl(url) : undefined
  if (wrongUrl) add('url', wrongUrl, 'Paste the whole address that the service has given.')
  const wrongSecret = typeof secret === 'string' ? problemOfSecret(secret) : undefined
  if (wrongSecret) add('secret', wrongSecret, 'Leave it out: the hub makes one.')
  if (kind === 'email' && (user === undefined) !== (password === undefined)) {
    const missing = user === undefined ? 'user' : 'password'
    add(missing, 'is missing', 'Give both user and password, or neither.')
  }
  return problems
}
