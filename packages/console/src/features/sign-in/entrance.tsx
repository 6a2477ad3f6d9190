import { useEffect, type ReactNode } from 'react'
import { LanguageMenu, ThemeMenu } from '../../app/header-controls.tsx'
import { cx } from '../../components/ui/class-names.ts'

interface EntranceProps {
  title: string
  lead: ReactNode
  children: ReactNode
  isWide?: boolean
}

/** The frame of the pages that one sees before one is signed in. */
export function Entrance({ title, lead, children, isWide }: EntranceProps) {
  useEffect(() => {
    document.title = `${title} · Data Hub`
  }, [title])
  return (
    <main className="grid min-h-dvh grid-cols-[minmax(0,1fr)] grid-rows-[auto_1fr] bg-canvas">
      <div className="flex justify-end p-3">
        <LanguageMenu />
        <ThemeMenu />
      </div>
      <div className={cx('mx-auto w-full px-4 pt-[8vh] pb-16', isWide ? 'max-w-5xl' : 'max-w-sm')}>
        <img src="/icon.svg" alt="" width={40} height={40} className="mb-5" />
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 mb-6 text-soft">{lead}</p>
        {isWide ? children : <div className="rounded-lg border border-line bg-surface p-5 shadow-card">{children}</div>}
      </div>
    </main>
  )
}
