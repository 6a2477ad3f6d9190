import { DataHubError } from '@datahub/core/error/data-hub-error'

const TLS = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|ETLS|EPROTO)/

/** What a connection failed with, in our words; nothing of the error but its code is kept. */
export function asNetworkError(error: unknown, doing: string): DataHubError {
  if (error instanceof DataHubError) return error
  const known = error as { code?: unknown; cause?: unknown; name?: unknown }
  if (known.cause instanceof DataHubError) return known.cause
  if (known.name === 'AbortError' || known.name === 'TimeoutError')
    return new DataHubError('alert.unreachable', doing, { facts: { code: 'ETIMEDOUT' } })
  const code = typeof known.code === 'string' ? known.code : 'unknown'
  return new DataHubError(TLS.test(code) ? 'alert.tls' : 'alert.unreachable', doing, { facts: { code } })
}
