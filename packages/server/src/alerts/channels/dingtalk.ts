import { createHmac } from 'node:crypto'
import { render } from '../texts/render.ts'
import type { Send } from './channel.ts'
import type { SignedRobotSettings } from './feishu.ts'
import { markdown } from './markdown.ts'
import { assertUrl, post } from './post.ts'
import { judgeRobot } from './robot-answer.ts'

/** Twenty messages a minute, then ten minutes of silence. */
const BUSY = [130101, 410100, 660026]

/** A custom robot of DingTalk (open.dingtalk.com/document/robots/custom-robot-access). */
export const sendDingTalk: Send<SignedRobotSettings> = async (settings, { notice, language, at }, world) => {
  const url = assertUrl(settings.url)
  if (settings.signingSecret !== undefined) {
    const timestamp = String(at.getTime())
    url.searchParams.set('timestamp', timestamp)
    url.searchParams.set('sign', signatureOf(settings.signingSecret, timestamp))
  }
  const text = render(notice, language)
  const body = JSON.stringify({ msgtype: 'markdown', markdown: { title: text.title, text: markdown(text) } })
  const answer = await post(url, body, {}, world)
  return judgeRobot(url.host, answer, { code: 'errcode', words: 'errmsg' }, BUSY)
}

function signatureOf(secret: string, timestamp: string): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64')
}
