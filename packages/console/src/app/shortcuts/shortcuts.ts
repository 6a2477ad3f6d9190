import { useEffect, useRef } from 'react'
import { preferences } from '../preferences.ts'

/**
 * Keys that do something wherever one is, unless one types; who is disturbed by them switches them off (WCAG 2.1.4). Of
 * several acts for the same keys the newest counts: a drawer lies above its page.
 */

interface Shortcut {
  readonly keys: string
  /** Also while a dialog is open, because it belongs to one. */
  readonly isOfDialog: boolean
  readonly act: () => void
}

const shortcuts: Shortcut[] = []

/** For how long the second key of two is waited for. */
const SECOND_KEY_MS = 1_200

/** `keys`: `j`, `?`, or `g t`, one after the other. */
export function useShortcut(keys: string, act: () => void, isOfDialog = false): void {
  const latest = useRef(act)
  useEffect(() => {
    latest.current = act
  })
  useEffect(() => {
    const shortcut = { keys, isOfDialog, act: () => latest.current() }
    shortcuts.push(shortcut)
    return () => void shortcuts.splice(shortcuts.indexOf(shortcut), 1)
  }, [keys, isOfDialog])
}

/** Listens for all of them. Stands once on every page. */
export function useShortcutKeys(): void {
  useEffect(() => {
    let first = { key: '', atMs: 0 }
    const onKeyDown = (event: KeyboardEvent) => {
      if (!preferences().shortcuts || isTaken(event)) return
      const isSecond = first.key !== '' && performance.now() - first.atMs < SECOND_KEY_MS
      const keys = isSecond ? `${first.key} ${event.key}` : event.key
      first = { key: '', atMs: 0 }
      const isAsked = document.querySelector('[role=alertdialog]') !== null
      const isOpen = isAsked || document.querySelector('[role=dialog]') !== null
      // A question is answered first, whatever dialog it stands over
      const found = shortcuts.findLast(
        (shortcut) => shortcut.keys === keys && (!isOpen || (shortcut.isOfDialog && !isAsked)),
      )
      if (found) {
        event.preventDefault()
        found.act()
      } else if (!isOpen && shortcuts.some((shortcut) => shortcut.keys.startsWith(`${event.key} `)))
        first = { key: event.key, atMs: performance.now() }
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** It means something already, or one types: into a field, or into a list that is searched by typing. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true
  const { target } = event
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('select, [role=menu], [role=listbox], [role=spinbutton]')) return true
  const field = target.closest<HTMLInputElement>('input, textarea')
  return field !== null && field.type !== 'checkbox' && field.type !== 'radio'
}
