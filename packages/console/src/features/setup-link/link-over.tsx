import type { Problem } from '@datahub/core/api/error-shapes'
import { Instant } from '../../components/time/time.tsx'
import { useSetupLinkWords } from '../../i18n/setup-link.ts'
import { Entrance } from '../sign-in/entrance.tsx'

const STATES = ['used', 'revoked', 'expired'] as const

/** What has become of a link that works no more, and what to do about it. */
export function LinkOver({ problem: { facts } }: { problem: Problem }) {
  const w = useSetupLinkWords()
  const state = STATES.find((known) => known === facts['state']) ?? 'unknown'
  const at = facts['at']
  return (
    <Entrance
      title={w.over[state]}
      lead={
        <>
          {w.overLead[state]} {typeof at === 'string' && <Instant at={at} />}
        </>
      }
    >
      <p role="alert">{w.overCure}</p>
    </Entrance>
  )
}
