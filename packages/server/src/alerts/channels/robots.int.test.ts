import type { AlertNotice } from '@datahub/core/alert/alert'
import type { AlertChannelKind } from '@datahub/core/alert/channel-kinds'
import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openEgress } from '../../foundation/egress.ts'
import { AlertReceiver, type ReceivedPost } from '../../testing/alert-receiver.ts'
import { sendBy } from './index.ts'

/** The chat services as their documentation describes them: what they take, and how they refuse. */

const egress = openEgress(['127.0.0.1'], 'alert')
const at = new Date()
const execution = {
  id: 4211,
  status: 7,
  dataRange: { from: '2026-11-22T00:00:00+08:00', to: '2026-11-23T00:00:00+08:00', timeZone: 'Asia/Shanghai' },
} as const
const notice: AlertNotice = {
  event: 'raised',
  kind: 'failing',
  alertId: 7,
  workspace: 'default',
  code: 'destination.secret_wrong',
  message: 'Could not write the package: the Secret Access Key does not match the Access Key ID.',
  cure: 'Paste it again, without spaces.',
  place: { noun: 'destination', name: 'acme <prod>' },
  tasks: [{ id: 161, name: 'Daily & <@U1|all> [x](http://evil)', execution }],
  taskCount: 1,
  since: '2026-11-23T03:05:04.000Z',
  at: at.toISOString(),
  link: 'https://hub.example.com/tasks/161',
}

let receiver: AlertReceiver
beforeEach(async () => (receiver = await AlertReceiver.start()))
afterEach(() => receiver[Symbol.asyncDispose]())

function send(kind: AlertChannelKind, more: object = {}, language: 'en' | 'zh' = 'zh', said = notice): Promise<string> {
  const settings = { url: `${receiver.url}/hook?access_token=t`, ...more }
  return sendBy(kind, settings, { id: '1', notice: said, language, at }, { egress, signal: AbortSignal.timeout(5000) })
}

const sha256 = (key: string, text: string) => createHmac('sha256', key).update(text).digest('base64')
const json = (value: object) => ({
  status: 200,
  body: JSON.stringify(value),
  headers: { 'Content-Type': 'application/json' },
})
const bodyOf = ({ body }: ReceivedPost) =>
  JSON.parse(body) as Record<string, unknown> & { timestamp?: string; sign?: string }

/** 签名校验 is on: code 19021 for a wrong signature or one that is older than an hour. */
function feishu(secret: string) {
  return (post: ReceivedPost) => {
    const { timestamp = '', sign, msg_type: type, content } = bodyOf(post)
    const isRight =
      sign === sha256(`${timestamp}\n${secret}`, '') && Math.abs(Date.now() / 1000 - Number(timestamp)) < 3600
    if (!isRight)
      return json({ code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' })
    if (type !== 'post' || !content) return json({ code: 9499, msg: 'Bad Request', data: {} })
    return json({ StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' })
  }
}

/** 加签 is on: errcode 310000 for a wrong signature. */
function dingTalk(secret: string) {
  return (post: ReceivedPost) => {
    const { searchParams } = new URL(post.path, 'http://robot')
    const [timestamp, sign] = [searchParams.get('timestamp') ?? '', searchParams.get('sign')]
    if (searchParams.get('access_token') !== 't') return json({ errcode: 300001, errmsg: 'token is not exist' })
    if (sign !== sha256(secret, `${timestamp}\n${secret}`)) return json({ errcode: 310000, errmsg: 'sign not match' })
    const { markdown } = bodyOf(post) as { markdown?: { title?: string; text?: string } }
    return markdown?.title && markdown.text
      ? json({ errcode: 0, errmsg: 'ok' })
      : json({ errcode: 40035, errmsg: '缺少参数 json' })
  }
}

test('Feishu: a rich text, signed by its secret', async () => {
  receiver.answer = feishu('s3')
  expect(await send('feishu', { signingSecret: 's3' })).toBe('0 success')
  const [post] = receiver.posts
  const text = post?.body ?? ''
  for (const part of [
    '任务“Daily',
    '文件发送失败 (7)',
    '2026-11-22 00:00+08:00',
    'destination.secret_wrong',
    '私有访问密钥',
  ])
    expect(text).toContain(part)
  expect(bodyOf(post as ReceivedPost)).toMatchObject({ content: { post: { zh_cn: { content: expect.any(Array) } } } })
})

test('DingTalk: markdown, signed in the address', async () => {
  receiver.answer = dingTalk('SECx')
  expect(await send('dingtalk', { signingSecret: 'SECx' })).toBe('0 ok')
  // A name is no link
  expect(bodyOf(receiver.posts[0] as ReceivedPost)).toMatchObject({
    markdown: { text: expect.stringContaining('\\[x\\]') },
  })
})

test('WeCom: markdown of at most 4,096 bytes, whole characters only', async () => {
  receiver.answer = (post) => {
    const { markdown } = bodyOf(post) as { markdown?: { content?: string } }
    const size = Buffer.byteLength(markdown?.content ?? '')
    return json(
      size > 0 && size <= 4096
        ? { errcode: 0, errmsg: 'ok' }
        : { errcode: 40058, errmsg: 'markdown.content exceed max length 4096' },
    )
  }
  const tasks = Array.from({ length: 10 }, (_, id) => ({ id: id + 1, name: '市场洞察'.repeat(50), execution }))
  expect(await send('wecom', {}, 'zh', { ...notice, tasks, taskCount: 200 })).toBe('0 ok')
  expect(receiver.posts[0]?.body).not.toContain('\uFFFD')
})

test('Slack: blocks, in which a name mentions nobody', async () => {
  receiver.answer = () => ({ status: 200, body: 'ok' })
  expect(await send('slack', {}, 'en')).toBe('ok')
  const { body = '' } = receiver.posts[0] ?? {}
  expect(body).not.toContain('<@U1')
  expect(body).toContain('&lt;@U1')
  expect(body).toContain('<https://hub.example.com/tasks/161|Open>')
})

test.each([
  ['feishu', { code: 19021, msg: 'sign match fail' }, 'alert.refused', 19021],
  ['feishu', { code: 11232, msg: 'frequency limited' }, 'alert.throttled', 11232],
  ['feishu', { code: 19024, msg: 'Key Words Not Found' }, 'alert.refused', 19024],
  ['wecom', { errcode: 93000, errmsg: 'invalid webhook url' }, 'alert.refused', 93000],
  ['wecom', { errcode: 45009, errmsg: 'api freq out of limit' }, 'alert.throttled', 45009],
  ['dingtalk', { errcode: 310000, errmsg: 'keywords not in content' }, 'alert.refused', 310000],
  ['dingtalk', { errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' }, 'alert.throttled', 130101],
] as const)('%s answers 200 and %o: it is not there', async (kind, answer, code, number) => {
  receiver.answer = () => json(answer)
  await expect(send(kind)).rejects.toMatchObject({ code, facts: { status: 200, code: number } })
})

test.each(['feishu', 'wecom', 'dingtalk'] as const)(
  '%s: what is no JSON, or has no code, is no success',
  async (kind) => {
    for (const body of ['', 'ok', '<html>', '{}', '{"errcode": "0", "code": "0"}']) {
      receiver.answer = () => ({ status: 200, body })
      await expect(send(kind)).rejects.toMatchObject({ code: 'alert.refused' })
    }
  },
)

test.each([
  [404, 'no_service', 'alert.refused', 'no_service'],
  [403, 'invalid_token', 'alert.refused', 'invalid_token'],
  [200, 'Sign in to the hotel network', 'alert.refused', undefined],
  [429, '', 'alert.throttled', undefined],
])('Slack answers %i %s', async (status, body, code, answer) => {
  receiver.answer = () => ({ status, body, headers: { 'Retry-After': '30' } })
  const error = (await send('slack').catch((thrown: unknown) => thrown)) as {
    code: string
    facts: object
    retryAfterMs: number
  }
  expect([error.code, error.facts]).toEqual([code, { status, ...(answer === undefined ? {} : { answer }) }])
  expect(error.retryAfterMs).toBe(30_000)
})

test('who does not answer is given up in time, who is not there as well', async () => {
  receiver.answer = () => new Promise(() => {})
  const settings = { url: receiver.url }
  const message = { id: '1', notice, language: 'en' as const, at }
  const signal = AbortSignal.timeout(200)
  await expect(sendBy('slack', settings, message, { egress, signal })).rejects.toMatchObject({
    code: 'alert.unreachable',
    facts: { code: 'ETIMEDOUT' },
  })
  await expect(send('slack', { url: 'http://127.0.0.1:9' })).rejects.toMatchObject({
    code: 'alert.unreachable',
    facts: { code: 'ECONNREFUSED' },
  })
})
