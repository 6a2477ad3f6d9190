import { z } from 'zod'
import { FreeName } from '../free-name.ts'
import { ALERT_TOPICS } from './alert.ts'
import { LANGUAGES } from './channel-kinds.ts'

/** What a person writes to define where alerts are sent: the body of the API and of `hub.yaml` alike. */

const common = {
  name: FreeName,
  language: z.enum(LANGUAGES).default('en').meta({ description: 'Of the texts that are sent' }),
  alerts: z
    .array(z.enum(ALERT_TOPICS))
    .min(1, 'must name at least one')
    .default([...ALERT_TOPICS])
    .meta({ description: 'What is sent there; absent: everything' }),
  tasks: z
    .array(z.string().trim().min(1, 'must not be empty').max(100))
    .min(1, 'must name at least one')
    .max(200)
    .optional()
    .meta({
      description: 'Names of the tasks that it is about, with * for any text; absent: all',
      examples: [['Acme *']],
    }),
  enabled: z.boolean().default(true),
}

/** On the way in a text; `{"set": true}` or nothing keeps the saved one. */
const Hidden = z
  .union([z.string().min(1, 'must not be empty').max(2000), z.strictObject({ set: z.literal(true) })])
  .optional()

const hidden = (description: string) => Hidden.meta({ description, writeOnly: true })

const HostName = z.string().regex(/^[a-z0-9.:_[\]-]{1,253}$/i, 'must be a host name such as smtp.example.com')

const Email = z.strictObject({
  kind: z.literal('email'),
  ...common,
  host: HostName.meta({ description: 'The SMTP server' }),
  port: z.number().int().min(1).max(65535).default(587),
  security: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .meta({ description: 'starttls: refused where the server offers no encryption; tls: from the start, port 465' }),
  user: z.string().min(1).max(200).optional(),
  password: hidden('Of the user'),
  from: z.email('must be an address such as hub@example.com'),
  to: z.array(z.email('must be an address such as ada@example.com')).min(1, 'must name at least one').max(50),
})

const Webhook = z.strictObject({
  kind: z.literal('webhook'),
  ...common,
  url: z.string().min(1).max(2000).meta({ description: 'Gets a signed POST (Standard Webhooks)' }),
  secret: hidden('whsec_ and 24 to 64 bytes in base64; absent: the hub makes one and shows it once'),
})

const robot = <Kind extends string>(kind: Kind, url: string) =>
  z.strictObject({ kind: z.literal(kind), ...common, url: hidden(url) })

const SigningSecret = hidden('Where the robot asks for signatures')

export const AlertChannelDefinition = z
  .discriminatedUnion('kind', [
    Email,
    Webhook,
    robot('slack', 'Of an incoming webhook: https://hooks.slack.com/services/…'),
    robot('feishu', 'Of a custom bot: https://open.feishu.cn/open-apis/bot/v2/hook/…').extend({
      signingSecret: SigningSecret,
    }),
    robot('wecom', 'Of a group robot: https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…'),
    robot('dingtalk', 'Of a custom robot: https://oapi.dingtalk.com/robot/send?access_token=…').extend({
      signingSecret: SigningSecret,
    }),
  ])
  .meta({ description: 'Name, kind, and the fields of the kind; secret ones are never given back' })

export type AlertChannelDefinition = z.output<typeof AlertChannelDefinition>
