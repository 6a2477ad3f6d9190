import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useShortcut, useShortcutKeys } from './shortcuts.ts'

interface Frame {
  openPalette(): void
  openSheet(): void
}

/** What the keyboard does on every page. */
export function useFrameShortcuts({ openPalette, openSheet }: Frame): void {
  const navigate = useNavigate()
  const client = useQueryClient()
  useShortcutKeys()
  useShortcut('g h', () => void navigate({ to: '/' }))
  useShortcut('g t', () => void navigate({ to: '/tasks' }))
  useShortcut('g d', () => void navigate({ to: '/destinations' }))
  useShortcut('g s', () => void navigate({ to: '/sources' }))
  useShortcut('g a', () => void navigate({ to: '/activity' }))
  useShortcut('r', () => void client.invalidateQueries())
  useShortcut('/', () => document.querySelector<HTMLElement>('[data-search]')?.focus())
  useShortcut('j', () => goToRow(1))
  useShortcut('k', () => goToRow(-1))
  useShortcut('?', openSheet)
  // Not a single key, so it works while one types, and however the others are set
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return
      event.preventDefault()
      openPalette()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [openPalette])
}

/** The next or the previous row of the list on the page; `data-row` marks what leads into one. */
function goToRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.findIndex((row) => row.closest('tr')?.contains(document.activeElement))
  const next = at < 0 ? rows[by === 1 ? 0 : rows.length - 1] : rows[at + by]
  next?.focus()
}
