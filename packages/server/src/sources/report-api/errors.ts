import { asDataHubError, DataHubError } from '@datahub/core/error/data-hub-error'

/** What the network says, in our words; what a service writes is never passed on, because it may quote what we sent. */

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/

export function explainNetwork(error: unknown, doing: string): DataHubError {
  if (error instanceof DataHubError) return error
  const code = codeOf(error)
  if (code === '') return asDataHubError(error, doing)
  const hint = CERTIFICATE.test(code)
    ? "The service's TLS certificate is not trusted: set NODE_EXTRA_CA_CERTS on the server to its authority."
    : code === 'ENOTFOUND'
      ? 'There is no host of that name: check the URL.'
      : 'Check the URL, the firewall, and that the service is up.'
  return new DataHubError('source.unreachable', doing, { hint, facts: { error: code } })
}

/** An answer that refuses, by its status alone. */
export function explainStatus(status: number, doing: string): DataHubError {
  const facts = { httpStatus: status }
  const refused = (code: 'source.refused' | 'source.access_denied' | 'source.permission', hint: string) =>
    new DataHubError(code, doing, { hint, facts })
  if (status === 401) return refused('source.access_denied', 'Check the key, or client ID, secret and token.')
  if (status === 403)
    return refused(
      'source.permission',
      'Let the service grant these credentials access to the account and its reports.',
    )
  if (status >= 300 && status < 400)
    return refused(
      'source.refused',
      'It answers with a redirect, which is not followed: write the address that it leads to.',
    )
  if (status >= 500) return new DataHubError('source.unreachable', doing, { hint: 'The service is in trouble.', facts })
  return new DataHubError('source.refused', doing, { facts })
}

/** The system's, TLS' or zlib's code of an error; an empty text where it has none. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}
