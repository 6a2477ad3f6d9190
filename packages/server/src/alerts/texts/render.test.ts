import { ALERT_EVENTS, ALERT_KINDS, type AlertNotice } from '@datahub/core/alert/alert'
import { LANGUAGES } from '@datahub/core/alert/channel-kinds'
import { expect, test } from 'vitest'
import { plainText, render } from './render.ts'

const dataRange = { from: '2026-11-22T00:00:00+08:00', to: '2026-11-23T00:00:00+08:00', timeZone: 'Asia/Shanghai' }
const notice: AlertNotice = {
  event: 'raised',
  kind: 'failing',
  alertId: 7,
  workspace: 'default',
  code: 'destination.secret_wrong',
  message: 'Could not write the package: the Secret Access Key does not match the Access Key ID.',
  cure: 'Paste it again, without spaces.',
  place: { noun: 'destination', name: 'acme' },
  tasks: [{ id: 161, name: 'Daily', execution: { id: 4211, status: 7, dataRange } }],
  taskCount: 30,
  since: '2026-11-23T03:05:04.000Z',
  at: '2026-11-23T03:05:10.000Z',
  link: 'https://hub.example.com/destinations/acme',
}

test('an alert reads like this', () => {
  expect(plainText(render(notice, 'en'))).toBe(`Failing: destination "acme", 30 tasks
Could not write the package: the Secret Access Key does not match the Access Key ID.
Task: Daily (#161), 2026-11-22 00:00+08:00 – 2026-11-23 00:00+08:00 Asia/Shanghai, file send fail (7)
And: 29 tasks more
Code: destination.secret_wrong
What to do: Paste it again, without spaces.
Since: 2026-11-23 03:05 UTC
Workspace: default
Open https://hub.example.com/destinations/acme`)
  expect(plainText(render(notice, 'zh'))).toBe(`投递失败：目标存储“acme”（30 个任务）
重试之后仍然失败，需要处理。
任务：Daily (#161), 2026-11-22 00:00+08:00 – 2026-11-23 00:00+08:00 Asia/Shanghai, 文件发送失败 (7)
另有：29 个任务
错误码：destination.secret_wrong
处理方法：重新粘贴私有访问密钥，不要带空格。
始于：2026-11-23 03:05 UTC
工作区：default
查看 https://hub.example.com/destinations/acme`)
})

test('who has recovered is told no remedy', () => {
  const text = plainText(render({ ...notice, event: 'recovered' }, 'en'))
  expect(text).toContain('Recovered: destination "acme"')
  expect(text).not.toMatch(/What to do|Code:|fail/)
})

test.each(LANGUAGES)('%s has words for each kind and event, each other than the others', (language) => {
  const titles = ALERT_KINDS.flatMap((kind) =>
    ALERT_EVENTS.map((event) => {
      const { title, lines } = render({ ...notice, kind, event }, language)
      expect([title, ...lines].join('\n')).not.toMatch(/undefined|\[object/)
      return `${event === 'recovered' || event === 'test' ? '' : kind} ${title}`
    }),
  )
  expect(new Set(titles).size).toBe(ALERT_KINDS.length * 2 + 2)
})
