import { lazy, Suspense, useSyncExternalStore } from 'react'

const ToastRegion = lazy(() => import('./toast-region.tsx'))

export interface Notice {
  title: string
  detail?: string | undefined
  isBad?: boolean
}

let latest: readonly Notice[] = []
const listeners = new Set<() => void>()

/** Says that something was done. */
export function notify(title: string, detail?: string): void {
  say({ title, detail })
}

/** Says that something was not done. */
export function notifyFailure(title: string, detail?: string): void {
  say({ title, detail, isBad: true })
}

function say(notice: Notice): void {
  latest = [notice]
  for (const listener of listeners) listener()
}

/** Where notices appear; stands once on every page. */
export function Notices() {
  const notices = useSyncExternalStore(subscribe, () => latest)
  return notices.length > 0 && <Suspense>{<ToastRegion notices={notices} />}</Suspense>
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
