import { render } from '../texts/render.ts'
import type { Send } from './channel.ts'
import { markdown } from './markdown.ts'
import { assertUrl, post } from './post.ts'
import { judgeRobot } from './robot-answer.ts'

const CONTENT_MAX_BYTES = 4096
const BUSY = [45009, 45033]

/** A group robot of WeCom (developer.work.weixin.qq.com/document/path/91770). */
export const sendWeCom: Send<{ readonly url: string }> = async ({ url: address }, { notice, language }, world) => {
  const url = assertUrl(address)
  const content = upTo(CONTENT_MAX_BYTES, markdown(render(notice, language)))
  const answer = await post(url, JSON.stringify({ msgtype: 'markdown', markdown: { content } }), {}, world)
  return judgeRobot(url.host, answer, { code: 'errcode', words: 'errmsg' }, BUSY)
}

/** At most so many bytes of UTF-8, without half a character at the end. */
function upTo(bytes: number, text: string): string {
  const whole = Buffer.from(text)
  if (whole.length <= bytes) return text
  return new TextDecoder().decode(whole.subarray(0, bytes), { stream: true })
}
