import { createHmac, randomBytes } from 'node:crypto'

/** Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks), symmetric signatures. */

const PREFIX = 'whsec_'
const SECRET_BYTES = 32

export function makeSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64')
}

/** What is wrong with a secret that somebody has chosen; undefined: nothing. */
export function problemOfSecret(secret: string): string | undefined {
  const bytes = keyOf(secret)
  const isRight = secret.startsWith(PREFIX) && bytes.length >= 24 && bytes.length <= 64
  return isRight ? undefined : 'must be whsec_ and 24 to 64 bytes in base64'
}

/** One signature for each secret, so that a receiver that knows the old or the new one accepts it. */
export function signatureHeaders(
  id: string,
  at: Date,
  body: string,
  secrets: readonly string[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const sign = (secret: string) =>
    `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': secrets.map(sign).join(' ') }
}

function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64')
}
