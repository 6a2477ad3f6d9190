import type { ChangeEvent } from '@datahub/core/api/live-routes'

import { workspace } from '../workspace.ts'

interface Listener {
  hear(event: ChangeEvent): void
  /** Whether changes come; said whenever it changes. */
  tell(isUp: boolean): void
  /** The hub has ended it: it stops, or who the reader is and what they may has changed. */
  end(): void
}

/** A stream cannot carry the header that names the workspace. */
const ADDRESS = `/api/v1/events${workspace === undefined ? '' : `?workspace=${workspace}`}`
const AGAIN_AFTER_MS = 5_000

/**
 * The hub's stream of changes, opened again for as long as it is wanted. Up from its first word on: a proxy that holds
 * everything back looks open, and says nothing. Answers how to close it.
 */
export function openChangeStream({ hear, tell, end }: Listener): () => void {
  let source: EventSource | undefined
  let timer: number | undefined
  let isUp: boolean | undefined
  const say = (next: boolean) => {
    if (isUp !== next) tell((isUp = next))
  }
  const open = () => {
    source = new EventSource(ADDRESS)
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      say(true)
      hear(JSON.parse(data) as ChangeEvent)
    })
    source.addEventListener('done', () => {
      end()
      again()
    })
    source.addEventListener('error', () => {
      say(false)
      // Otherwise the browser itself tries again
      if (source?.readyState === EventSource.CLOSED) again()
    })
  }
  const again = () => {
    say(false)
    source?.close()
    window.clearTimeout(timer)
    timer = window.setTimeout(open, AGAIN_AFTER_MS)
  }
  open()
  return () => {
    window.clearTimeout(timer)
    source?.close()
  }
}
