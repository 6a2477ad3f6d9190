import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useMessages } from '../../i18n/messages.tsx'

interface SearchBoxProps {
  label: string
  value: string
  onChange(text: string): void
}

const PAUSE_MS = 200

/**
 * Tells what was typed after a short pause. `/` leads here from anywhere on the page. The browser's own field: it stands
 * on the first page that is loaded, and what a component of a library brings along would be an eighth of that.
 */
export function SearchBox({ label, value, onChange }: SearchBoxProps) {
  const m = useMessages()
  const [text, setText] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return undefined
    const timer = window.setTimeout(() => onChange(text), PAUSE_MS)
    return () => window.clearTimeout(timer)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only what is typed starts the pause again
  }, [text])
  const clear = () => {
    setText('')
    input.current?.focus()
  }
  return (
    <div className="relative min-w-60 flex-1">
      <Search aria-hidden size={16} className="pointer-events-none absolute top-2.5 left-3 text-faint" />
      <input
        ref={input}
        type="search"
        data-search
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || text === '') return
          // A drawer around it stays open
          event.stopPropagation()
          clear()
        }}
        className="h-9 w-full min-w-0 rounded-md border border-edge/70 bg-surface px-9 text-base text-ink placeholder:text-faint focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/40 [&::-webkit-search-cancel-button]:hidden"
      />
      {text !== '' && (
        <button
          type="button"
          aria-label={m.common.clearSearch}
          onClick={clear}
          className="absolute top-1 right-1 grid size-7 place-items-center rounded-sm text-faint hover:bg-hover"
        >
          <X aria-hidden size={15} />
        </button>
      )}
    </div>
  )
}
