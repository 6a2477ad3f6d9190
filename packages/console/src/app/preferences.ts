import { useSyncExternalStore } from 'react'

/** What this browser remembers of its user. */
export interface Preferences {
  theme: 'system' | 'light' | 'dark'
  locale: 'en' | 'zh'
  /** In which zone instants are shown: that of the task, of the reader, or UTC. */
  timeMode: 'task' | 'mine' | 'utc'
  /** Single-key shortcuts; WCAG 2.1.4 wants them to be switched off where they disturb. */
  shortcuts: boolean
}

const KEY = 'datahub.preferences'
const listeners = new Set<() => void>()
let current = read()

export function preferences(): Preferences {
  return current
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences, preferences)
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(current))
  } catch {
    // Forbidden storage: it lasts as long as the page
  }
  const root = document.documentElement
  if (current.theme === 'system') delete root.dataset['theme']
  else root.dataset['theme'] = current.theme
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function read(): Preferences {
  const first = navigator.languages.find((language) => /^(en|zh)\b/.test(language))
  const defaults: Preferences = {
    theme: 'system',
    locale: first?.startsWith('zh') ? 'zh' : 'en',
    timeMode: 'task',
    shortcuts: true,
  }
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) }
  } catch {
    return defaults
  }
}
