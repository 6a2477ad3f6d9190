import type { AlertTopic } from '@datahub/core/alert/alert'
import { CHANNEL_SECRETS, type AlertChannelKind, type Language } from '@datahub/core/alert/channel-kinds'
import type { AlertChannelView } from '@datahub/core/api/alert-shapes'
import type { Hub } from '../../api/hub.ts'

type Definition = Parameters<Hub['alertChannel']['create']>[0]

/** What is entered, as text; secrets stay empty where the saved ones are kept. */
export interface ChannelDraft {
  readonly name: string
  readonly kind: AlertChannelKind
  readonly language: Language
  readonly alerts: readonly AlertTopic[]
  /** Names of tasks, a line each; empty: all. */
  readonly tasks: string
  readonly enabled: boolean
  readonly url: string
  readonly signingSecret: string
  readonly host: string
  readonly port: string
  readonly security: string
  readonly user: string
  readonly password: string
  readonly from: string
  readonly to: string
}

export function draftOf(
  channel: AlertChannelView | undefined,
  language: Language,
  topics: readonly AlertTopic[],
): ChannelDraft {
  const text = (field: string, otherwise = '') => {
    const value = channel?.[field]
    if (Array.isArray(value)) return value.join(', ')
    return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise
  }
  return {
    name: channel?.name ?? '',
    kind: channel?.kind ?? 'email',
    language: channel?.language ?? language,
    alerts: channel?.alerts ?? topics,
    tasks: channel?.tasks?.join('\n') ?? '',
    enabled: channel?.enabled ?? true,
    url: text('url'),
    signingSecret: '',
    host: text('host'),
    port: text('port', '587'),
    security: text('security', 'starttls'),
    user: text('user'),
    password: '',
    from: text('from'),
    to: text('to'),
  }
}

/** Whether a secret is saved already. */
export function isSaved(channel: AlertChannelView | undefined, kind: AlertChannelKind, field: string): boolean {
  return channel?.kind === kind && channel[field] !== undefined && isSecret(kind, field)
}

/** As the hub takes it; what is wrong with it the hub says. */
export function definitionOf(draft: ChannelDraft, channel: AlertChannelView | undefined): Definition {
  const { name, kind, language, alerts, enabled } = draft
  const given = (field: keyof ChannelDraft) => {
    const text = String(draft[field]).trim()
    if (text !== '') return { [field]: text }
    return isSaved(channel, kind, field) ? { [field]: { set: true } } : {}
  }
  const fields = {
    email: {
      ...given('host'),
      port: Number(draft.port),
      security: draft.security,
      ...given('user'),
      ...(draft.user.trim() === '' ? {} : given('password')),
      ...given('from'),
      to: draft.to.split(/[,，;；\s]+/).filter((address) => address !== ''),
    },
    webhook: given('url'),
    slack: given('url'),
    wecom: given('url'),
    feishu: { ...given('url'), ...given('signingSecret') },
    dingtalk: { ...given('url'), ...given('signingSecret') },
  }[kind]
  const tasks = draft.tasks.split('\n').flatMap((line) => line.trim() || [])
  const only = tasks.length > 0 ? { tasks } : {}
  return { name: name.trim(), kind, language, alerts: [...alerts], ...only, enabled, ...fields } as Definition
}

function isSecret(kind: AlertChannelKind, field: string): boolean {
  return CHANNEL_SECRETS[kind].some((secret) => secret === field)
}
