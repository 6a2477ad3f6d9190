import { DataHubError } from '@datahub/core/error/data-hub-error'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A browser says where a request that changes something comes from; another site may not make it with the cookies of
 * the hub. Throws `auth.cross_site`, also for a request with cookies that says nothing of where it comes from.
 */
export function assertSameSite(method: string, headers: Headers, publicUrl: string): void {
  if (SAFE.has(method)) return
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  const isTold = site !== null || origin !== null
  const isSame =
    (site === null || site === 'same-origin' || site === 'none') &&
    (origin === null || origin === new URL(publicUrl).origin || hostOf(origin) === headers.get('host'))
  if (isTold ? isSame : !headers.has('cookie')) return
  throw new DataHubError('auth.cross_site', 'do this')
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
