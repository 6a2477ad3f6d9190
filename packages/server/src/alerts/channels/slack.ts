import { plainText, render } from '../texts/render.ts'
import type { Send } from './channel.ts'
import { assertUrl, post, refused } from './post.ts'

/** Slack's incoming webhooks: 200 and `ok`, or a status and a word such as `no_service` (api.slack.com/messaging/webhooks). */
export const sendSlack: Send<{ readonly url: string }> = async ({ url: address }, { notice, language }, world) => {
  const url = assertUrl(address)
  const text = render(notice, language)
  const section = (words: string) => ({ type: 'section', text: { type: 'mrkdwn', text: words } })
  const link = text.link ? `<${text.link.url}|${text.link.words}>` : ''
  const blocks = [
    section(`*${escaped(text.title)}*`),
    section(escaped(text.lines.join('\n')).slice(0, 2900)),
    ...(link === '' ? [] : [section(link)]),
  ]
  const answer = await post(
    url,
    JSON.stringify({ text: escaped(plainText({ ...text, lines: [] })), blocks }),
    {},
    world,
  )
  const said = /^[a-z_]{1,60}$/.test(answer.text) ? answer.text : ''
  if (answer.status !== 200 || answer.text !== 'ok') throw refused(`send to ${url.host}`, answer, said)
  return 'ok'
}

/** What Slack would take for mentions and links. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
