import type { ChangeEvent } from '@datahub/core/api/live-routes'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { meOptions } from '../me.ts'
import { basepath } from '../workspace.ts'
import { openChangeStream } from './change-stream.ts'
import { Leadership } from './leadership.ts'
import { Refresher } from './refresher.ts'

/** What the tab with the stream passes on to the others. */
interface Told {
  readonly isUp?: boolean
  readonly event?: ChangeEvent
  readonly isEnded?: boolean
}

const REFETCH: ChangeEvent = { kind: 'refetch', id: null, taskId: null }
/** So long may the stream be away until pages ask by themselves. */
const PATIENCE_MS = 3_000
const POLL_MS = 5_000
/** What nobody tells: time that passes, a stream that has died without a word. */
const SELDOM_MS = 30_000

let isUp = true
const listeners = new Set<() => void>()

/** How often a page asks by itself: seldom while changes are told, every five seconds while they are not. */
export const watched = (): number => (isUp ? SELDOM_MS : POLL_MS)

/** Whether changes are told as they happen. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => isUp,
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
  let timer: number | undefined
  const become = (next: boolean) => {
    window.clearTimeout(timer)
    if (isUp === next) return
    isUp = next
    for (const listener of listeners) listener()
    // Changes may have been missed; and only an answer starts the next pace
    refresher.hear(REFETCH)
  }
  const doubt = () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => {
      become(false)
      leadership.tell({ isUp: false })
    }, PATIENCE_MS)
  }
  const hear = ({ isUp, event, isEnded }: Told) => {
    // Whoever may no more is led to the sign-in page by the answer; whoever may less sees less
    if (isEnded) void client.invalidateQueries({ queryKey: meOptions.queryKey })
    if (isUp === true) become(true)
    if (isUp === false) doubt()
    if (event) refresher.hear(event)
  }
  const pass = (told: Told) => {
    hear(told)
    leadership.tell(told)
  }
  const leadership: Leadership<Told> = new Leadership<Told>(`datahub.changes ${basepath}`, {
    lead: () => {
      doubt()
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
    greet: () => ({ isUp }),
  })
  // What has changed while nobody looked
  refresher.hear(REFETCH)
  doubt()
  return () => {
    window.clearTimeout(timer)
    leadership.leave()
    closeStream?.()
    refresher.stop()
  }
}
