import { createTransport, type NodemailerError } from 'nodemailer'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { connectGuarded } from '../../foundation/egress.ts'
import { plainText, render } from '../texts/render.ts'
import type { Send } from './channel.ts'
import { asNetworkError } from './network-error.ts'
import { harmless } from './post.ts'

export interface EmailSettings {
  readonly host: string
  readonly port: number
  readonly security: 'starttls' | 'tls' | 'none'
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly from: string
  readonly to: readonly string[]
}

/**
 * Over SMTP, on a socket that the egress policy has let through. The message keeps its Message-ID however often it is sent,
 * so that mailboxes can tell.
 */
export const sendEmail: Send<EmailSettings> = async (settings, { id, notice, language, at }, { egress, signal }) => {
  const { host, port, security, user, password = '', from, to } = settings
  const doing = `send by ${host}:${port}`
  const socket = await connectGuarded(egress, host, port, 'endpoint', signal).catch((error: unknown) => {
    throw asNetworkError(error, doing)
  })
  const stop = () => socket.destroy()
  signal.addEventListener('abort', stop, { once: true })
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === undefined ? {} : { auth: { user, pass: password } }),
    getSocket: (_options, answer) => answer(null, { connection: socket }),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    const text = render(notice, language)
    const sent = await transport.sendMail({
      from,
      to: [...to],
      subject: text.title,
      text: plainText(text),
      textEncoding: 'base64',
      messageId: `<${id}@datahub>`,
      date: at,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Data-Hub-Message': id },
    })
    return harmless(sent.response)
  } catch (error) {
    throw explain(error, doing)
  } finally {
    signal.removeEventListener('abort', stop)
    transport.close()
    socket.destroy()
  }
}

/** What the server said is kept: its reply code and words, in one line. */
function explain(error: unknown, doing: string): DataHubError {
  const { code, responseCode, response, message = '' } = error as Partial<NodemailerError>
  const facts = {
    ...(responseCode === undefined ? {} : { status: responseCode }),
    ...(typeof response === 'string' ? { answer: harmless(response) } : {}),
  }
  if (code === 'EAUTH' || code === 'ENOAUTH') return new DataHubError('alert.sign_in_refused', doing, { facts })
  if (responseCode !== undefined && code !== 'ETLS') return new DataHubError('alert.refused', doing, { facts })
  // The library writes its own code over that of the connection; only the words are left of a certificate
  const isTls = code === 'ESOCKET' && /certificate|altnames|ssl|tls/i.test(message)
  return isTls ? new DataHubError('alert.tls', doing, { facts: { code: 'certificate' } }) : asNetworkError(error, doing)
}
