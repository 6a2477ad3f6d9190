import type { ChangeEvent } from '@datahub/core/api/live-routes'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { meOptions } from '../me.ts'
import { basepath } from '../workspace.ts'
import { openChangeStream } from './change-stream.ts'
import { Leadership } from './leadership.ts'
import { Pulse } from './pulse.ts'
import { Refresher } from './refresher.ts'

/** What the tab with the stream passes on to the others. */
interface Told {
  readonly isUp?: boolean
  readonly event?: ChangeEvent
  readonly isEnded?: boolean
}

const REFETCH: ChangeEvent = { kind: 'refetch', id: null, taskId: null }

const pulse = new Pulse()

/** How often a page asks by itself. */
export const watched = (): number => pulse.everyMs

/** Whether changes are told as they happen. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (listener) => pulse.subscribe(listener),
    () => pulse.isUp,
  )
}

/** Keeps what is on screen as the hub has it, for as long as the tab is looked at. Stands once on every page. */
export function useLive(): void {
  const client = useQueryClient()
  useEffect(() => {
    let close: (() => void) | undefined
    const look = () => {
      if (document.visibilityState === 'visible') close ??= join(client)
      else leave()
    }
    const leave = () => {
      close?.()
      close = undefined
    }
    look()
    document.addEventListener('visibilitychange', look)
    window.addEventListener('pageshow', look)
    window.addEventListener('pagehide', leave)
    return () => {
      document.removeEventListener('visibilitychange', look)
      window.removeEventListener('pageshow', look)
      window.removeEventListener('pagehide', leave)
      leave()
    }
  }, [client])
}

function join(client: QueryClient): () => void {
  const refresher = new Refresher(client)
  let closeStream: (() => void) | undefined
  const hear = ({ isUp, event, isEnded }: Told) => {
    // Whoever may no more is led to the sign-in page by the answer; whoever may less sees less
    if (isEnded) void client.invalidateQueries({ queryKey: meOptions.queryKey })
    if (isUp === true) pulse.beat()
    if (isUp === false) pulse.doubt()
    if (event) refresher.hear(event)
  }
  const pass = (told: Told) => {
    hear(told)
    leadership.tell(told)
  }
  const leadership: Leadership<Told> = new Leadership<Told>(`datahub.changes ${basepath}`, {
    lead: () => {
      pulse.doubt()
      closeStream ??= openChangeStream({
        hear: (event) => pass({ event }),
        tell: (isUp) => pass({ isUp }),
        end: () => pass({ isEnded: true }),
      })
    },
    follow: () => {
      closeStream?.()
      closeStream = undefined
    },
    hear,
    greet: () => ({ isUp: pulse.isUp }),
  })
  const unsubscribe = pulse.subscribe(() => {
    // Changes may have been missed; and only an answer starts the next pace
    refresher.hear(REFETCH)
    if (!pulse.isUp) leadership.tell({ isUp: false })
  })
  // What has changed while nobody looked
  refresher.hear(REFETCH)
  pulse.doubt()
  return () => {
    pulse.rest()
    unsubscribe()
    leadership.leave()
    closeStream?.()
    refresher.stop()
  }
}
