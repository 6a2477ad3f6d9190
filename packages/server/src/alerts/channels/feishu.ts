import { createHmac } from 'node:crypto'
import { render } from '../texts/render.ts'
import type { Send } from './channel.ts'
import { assertUrl, post } from './post.ts'
import { judgeRobot } from './robot-answer.ts'

export interface SignedRobotSettings {
  readonly url: string
  readonly signingSecret?: string | undefined
}

const BUSY = [11232, 99991400]

/** A custom bot of Feishu or Lark (open.feishu.cn/document/client-docs/bot-v3/add-custom-bot): a rich text. */
export const sendFeishu: Send<SignedRobotSettings> = async (settings, { notice, language, at }, world) => {
  const url = assertUrl(settings.url)
  const { title, lines, link } = render(notice, language)
  const paragraphs = [
    ...lines.map((text) => [{ tag: 'text', text }]),
    ...(link ? [[{ tag: 'a', text: link.words, href: link.url }]] : []),
  ]
  const content = { [language === 'zh' ? 'zh_cn' : 'en_us']: { title, content: paragraphs } }
  const signature = settings.signingSecret === undefined ? {} : signatureOf(settings.signingSecret, at)
  const body = JSON.stringify({ ...signature, msg_type: 'post', content: { post: content } })
  const answer = await post(url, body, {}, world)
  return judgeRobot(url.host, answer, { code: 'code', words: 'msg' }, BUSY)
}

/** The text to be signed is the key, and what is signed with it is nothing: so it is documented. */
function signatureOf(secret: string, at: Date): { timestamp: string; sign: string } {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64') }
}
