import { lazy, Suspense } from 'react'
import { Drawer } from '../../components/ui/dialog.tsx'
import { useMessages } from '../../i18n/messages.tsx'

// Not needed by whoever only looks at the list
const ExecutionContent = lazy(() => import('./execution-content.tsx'))

interface ExecutionDrawerProps {
  id: number | undefined
  onClose(): void
  /** Leads to another one: the next in the list, or the one that a retry has started. */
  onGo(id: number): void
  /** Those of the list behind it, so that j and k lead through them. */
  siblings: readonly number[]
}

/** One execution beside the list that it was opened from. */
export function ExecutionDrawer({ id, onClose, onGo, siblings }: ExecutionDrawerProps) {
  const m = useMessages()
  return (
    <Drawer label={m.execution.one(id ?? 0)} isOpen={id !== undefined} onClose={onClose}>
      {id !== undefined && (
        <Suspense>
          <ExecutionContent key={id} id={id} onClose={onClose} onGo={onGo} siblings={siblings} />
        </Suspense>
      )}
    </Drawer>
  )
}
