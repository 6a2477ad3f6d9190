import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What the header of a signed request says of its signer. */
export interface Signer {
  readonly accessKeyId: string
  readonly region: string
  readonly service: string
  readonly signedAt: Date
  /** Whether this secret made the signature, over this method, path, query, headers and body. */
  isMadeWith(secret: string): boolean
}

/** The signer of a request by AWS Signature Version 4; undefined when it is not signed. */
export function signerOf(request: IncomingMessage, body: Buffer): Signer | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
  const match = form.exec(request.headers.authorization ?? '')
  if (!match) return undefined
  const [, accessKeyId = '', day = '', region = '', service = '', names = '', signature = ''] = match
  const time = String(request.headers['x-amz-date'])
  const text = [
    'AWS4-HMAC-SHA256',
    time,
    `${day}/${region}/${service}/aws4_request`,
    sha256(canonical(request, names, body)),
  ]
  return {
    accessKeyId,
    region,
    service,
    signedAt: new Date(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')),
    isMadeWith(secret) {
      const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret}`)
      return timingSafeEqual(hmac(key, text.join('\n')), Buffer.from(signature, 'hex'))
    },
  }
}

/** Whether the body is the one that was signed. */
export function isBodySigned(request: IncomingMessage, body: Buffer): boolean {
  const claimed = request.headers['x-amz-content-sha256'] ?? sha256(body)
  return claimed === 'UNSIGNED-PAYLOAD' || claimed === sha256(body)
}

function canonical(request: IncomingMessage, names: string, body: Buffer): string {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2)
  const parameters = query === '' ? [] : query.split('&').map((one) => (one.includes('=') ? one : `${one}=`))
  const headers = names
    .split(';')
    .map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}\n`)
  const bodyHash = String(request.headers['x-amz-content-sha256'] ?? sha256(body))
  return [request.method, path, parameters.sort().join('&'), headers.join(''), names, bodyHash].join('\n')
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
