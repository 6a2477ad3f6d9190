/** Where alerts can be sent. */
export const CHANNEL_KINDS = ['email', 'webhook', 'slack', 'feishu', 'wecom', 'dingtalk'] as const

export type AlertChannelKind = (typeof CHANNEL_KINDS)[number]

export const LANGUAGES = ['en', 'zh'] as const

/** The language of the texts that are sent. */
export type Language = (typeof LANGUAGES)[number]

/** Fields that are sealed at rest and never given back. The address of a chat's robot is its key as well. */
export const CHANNEL_SECRETS = {
  email: ['password'],
  webhook: ['secret'],
  slack: ['url'],
  feishu: ['url', 'signingSecret'],
  wecom: ['url'],
  dingtalk: ['url', 'signingSecret'],
} as const satisfies Record<AlertChannelKind, readonly string[]>
