import { render } from '../texts/render.ts'
import type { Send } from './channel.ts'
import { assertUrl, post, refused } from './post.ts'
import { signatureHeaders } from './signature.ts'

export interface WebhookSettings {
  readonly url: string
  readonly secret: string
  /** While a rotation lasts. */
  readonly previousSecret?: string | undefined
  /** ISO 8601 */
  readonly previousSecretUntil?: string | undefined
}

/** The same bytes for the same message, however often it is sent; only the time of the attempt is another. */
export const sendWebhook: Send<WebhookSettings> = async (settings, { id, notice, language, at }, world) => {
  const url = assertUrl(settings.url)
  const { title, lines } = render(notice, language)
  const body = JSON.stringify({
    type: `alert.${notice.event}`,
    timestamp: notice.at,
    data: { ...notice, title, text: lines.join('\n') },
  })
  const { previousSecret, previousSecretUntil = '' } = settings
  const isRotating = previousSecret !== undefined && at < new Date(previousSecretUntil)
  const secrets = [settings.secret, ...(isRotating ? [previousSecret] : [])]
  const answer = await post(url, body, signatureHeaders(id, at, body, secrets), world)
  // What a server of somebody's network says is not passed on: only how it took it
  if (answer.status < 200 || answer.status > 299) throw refused(`send to ${url.host}`, answer, '')
  return String(answer.status)
}
