import { Search, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, Input, SearchField } from 'react-aria-components'
import { inputLook } from './field.tsx'

interface SearchBoxProps {
  label: string
  value: string
  onChange(text: string): void
}

const PAUSE_MS = 200

/** Tells what was typed after a short pause. `/` leads here from anywhere on the page. */
export function SearchBox({ label, value, onChange }: SearchBoxProps) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return undefined
    const timer = window.setTimeout(() => onChange(text), PAUSE_MS)
    return () => window.clearTimeout(timer)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only what is typed starts the pause again
  }, [text])
  return (
    <SearchField aria-label={label} value={text} onChange={setText} className="group relative min-w-60 flex-1">
      <Search aria-hidden size={16} className="pointer-events-none absolute top-2.5 left-3 text-faint" />
      <Input
        data-search
        placeholder={label}
        className={`${inputLook} pl-9 pr-9 [&::-webkit-search-cancel-button]:hidden`}
      />
      <Button className="absolute top-1 right-1 grid size-7 place-items-center rounded-sm text-faint group-data-[empty]:hidden hover:bg-hover">
        <X aria-hidden size={15} />
      </Button>
    </SearchField>
  )
}
