import type { AlertChannelKind } from '@datahub/core/alert/channel-kinds'
import type { Message, Send, SendingWorld } from './channel.ts'
import { sendDingTalk } from './dingtalk.ts'
import { sendEmail } from './email.ts'
import { sendFeishu } from './feishu.ts'
import { sendSlack } from './slack.ts'
import { sendWebhook } from './webhook.ts'
import { sendWeCom } from './wecom.ts'

/** The list of all channels. What is stored has passed the definition's schema, secrets and all. */
const sends: Record<AlertChannelKind, Send<never>> = {
  email: sendEmail,
  webhook: sendWebhook,
  slack: sendSlack,
  feishu: sendFeishu,
  wecom: sendWeCom,
  dingtalk: sendDingTalk,
}

export function sendBy(
  kind: AlertChannelKind,
  settings: Readonly<Record<string, unknown>>,
  message: Message,
  world: SendingWorld,
): Promise<string> {
  return sends[kind](settings as never, message, world)
}
