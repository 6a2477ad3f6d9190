import type { Notice } from '@datahub/core/api/operation-shapes'
import type { ProcessRecord } from '../processes/process-store.ts'
import { LEAST_FREE_BYTES, MOST_SKEW_MS } from './limits.ts'

type Seen = Pick<ProcessRecord, 'version' | 'services' | 'slots' | 'isAlive' | 'clockOffMs' | 'freeBytes' | 'timeZones'>

/** What everybody who uses the hub should know: why nothing is delivered, or soon will not be. The gravest first. */
export function noticesOf(processes: readonly Seen[]): Notice[] {
  const alive = processes.filter(({ isAlive }) => isAlive)
  const count = (is: (one: Seen) => boolean) => alive.filter(is).length
  const differ = (of: (one: Seen) => string) => (new Set(alive.map(of)).size > 1 ? alive.length : 0)
  const concerned: readonly (readonly [Notice['code'], number])[] = [
    ['store_full', count(({ freeBytes }) => freeBytes !== null && freeBytes < LEAST_FREE_BYTES)],
    ['clock', count(({ clockOffMs }) => Math.abs(clockOffMs) > MOST_SKEW_MS)],
    ['versions', differ(({ version }) => version)],
    ['time_zones', differ(({ timeZones }) => timeZones)],
  ]
  return [
    ...(count(({ slots }) => slots > 0) === 0 ? [{ code: 'no_worker', processes: 0 } as const] : []),
    ...(count(({ services }) => services.includes('dispatcher')) === 0
      ? [{ code: 'no_dispatcher', processes: 0 } as const]
      : []),
    ...concerned.filter(([, processes]) => processes > 0).map(([code, processes]) => ({ code, processes })),
  ]
}
