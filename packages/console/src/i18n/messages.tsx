import { createContext, use, useEffect, useState, type ReactNode } from 'react'
import { usePreferences } from '../app/preferences.ts'
import type { Messages } from './en/index.ts'

export type Locale = 'en' | 'zh'

const catalogues: Record<Locale, () => Promise<Messages>> = {
  en: async () => (await import('./en/index.ts')).en,
  zh: async () => (await import('./zh/index.ts')).zh,
}

/** Where the catalogue is found by whoever draws without a browser. */
export const MessagesContext = createContext<Messages | undefined>(undefined)

/** Provides the catalogue of the chosen language; while another one loads, the old one stays. */
export function MessagesProvider({ children }: { children: ReactNode }) {
  const { locale } = usePreferences()
  const [messages, setMessages] = useState<Messages>()
  useEffect(() => {
    let isWanted = true
    void catalogues[locale]().then((found) => {
      if (!isWanted) return
      document.documentElement.lang = locale === 'zh' ? 'zh-CN' : 'en'
      setMessages(found)
    })
    return () => {
      isWanted = false
    }
  }, [locale])
  return messages && <MessagesContext value={messages}>{children}</MessagesContext>
}

/** The sentences of the page in the reader's language: `m.task.title`. */
export function useMessages(): Messages {
  const messages = use(MessagesContext)
  if (!messages) throw new Error('useMessages stands outside of MessagesProvider')
  return messages
}
