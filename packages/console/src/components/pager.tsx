import { useMessages } from '../i18n/messages.tsx'
import { Button } from './ui/button.tsx'

/** Where one is in a list that comes in pages; it stands in the address, so that a link and a reload lead there. */
export interface PagePlace {
  cursor: string | undefined
  goTo(cursor: string | undefined): void
}

interface PagerProps {
  page: { previous: string | null; next: string | null }
  goTo(cursor: string): void
  /** Other words where "newer" and "older" mean nothing. */
  words?: readonly [back: string, on: string]
}

/** Two buttons below a list, where it has more than one page. */
export function Pager({ page: { previous, next }, goTo, words }: PagerProps) {
  const m = useMessages()
  const [back, on] = words ?? [m.common.newer, m.common.older]
  if (previous === null && next === null) return null
  return (
    <div className="flex justify-end gap-2 border-t border-line px-4 py-2.5">
      <Button size="small" isDisabled={previous === null} onPress={() => previous !== null && goTo(previous)}>
        {back}
      </Button>
      <Button size="small" isDisabled={next === null} onPress={() => next !== null && goTo(next)}>
        {on}
      </Button>
    </div>
  )
}
