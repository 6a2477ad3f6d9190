import { useState } from 'react'
import { useMessages } from '../i18n/messages.tsx'
import { Button } from './ui/button.tsx'

/** Where one is in a list that comes in pages; `key` is what it is filtered by: another one begins at the first page. */
export function useCursor(key = '') {
  const [at, setAt] = useState<{ key: string; cursors: readonly string[] }>({ key, cursors: [] })
  const cursors = at.key === key ? at.cursors : []
  return {
    cursor: cursors.at(-1),
    isFirst: cursors.length === 0,
    goBack: () => setAt({ key, cursors: cursors.slice(0, -1) }),
    goTo: (next: string) => setAt({ key, cursors: [...cursors, next] }),
  }
}

interface PagerProps {
  at: ReturnType<typeof useCursor>
  next: string | null
  /** Other words where "newer" and "older" mean nothing. */
  words?: readonly [back: string, on: string]
}

/** Two buttons below a list, where it has more than one page. */
export function Pager({ at, next, words }: PagerProps) {
  const m = useMessages()
  const [back, on] = words ?? [m.common.newer, m.common.older]
  if (at.isFirst && next === null) return null
  return (
    <div className="flex justify-end gap-2 border-t border-line px-4 py-2.5">
      <Button size="small" isDisabled={at.isFirst} onPress={at.goBack}>
        {back}
      </Button>
      <Button size="small" isDisabled={next === null} onPress={() => next !== null && at.goTo(next)}>
        {on}
      </Button>
    </div>
  )
}
