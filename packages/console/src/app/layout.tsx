import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import {
  Activity,
  Boxes,
  Braces,
  CircleHelp,
  Database,
  House,
  ListChecks,
  Menu as MenuIcon,
  Settings,
} from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react'
import { useMessages } from '../i18n/messages.tsx'
import { IconButton } from '../components/ui/button.tsx'
import { cx } from '../components/ui/class-names.ts'
import { Notices } from '../components/ui/notices.tsx'
import { HeaderControls, LanguageMenu, ThemeMenu } from './header-controls.tsx'
import { PaletteButton } from './palette/palette-button.tsx'
import { WorkspaceMenu } from './workspace-menu.tsx'
import { useLive } from './live/live.ts'

// Mostly there is nothing to say, and no page waits for it
const Banners = lazy(() => import('./banners.tsx'))

/** The frame around every page of somebody who is signed in: rail at the left, controls at the top. */
export function Layout() {
  const m = useMessages()
  useLive()
  const [isOpen, setOpen] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const main = useRef<HTMLElement>(null)
  useEffect(() => setOpen(false), [path])
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[13.5rem_1fr]">
      <a
        href="#content"
        onClick={() => main.current?.focus()}
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-accent px-3 py-2 text-on-accent focus:translate-y-0"
      >
        {m.nav.skip}
      </a>
      <nav
        aria-label={m.nav.label}
        className={cx(
          'z-30 flex flex-col border-line bg-surface max-lg:fixed max-lg:inset-y-0 max-lg:left-0 max-lg:w-60 max-lg:shadow-pop lg:sticky lg:top-0 lg:h-dvh lg:border-r',
          !isOpen && 'max-lg:hidden',
        )}
      >
        <Link to="/" className="flex h-13 items-center gap-2.5 px-4 text-lg font-semibold tracking-tight">
          <img src="/icon.svg" alt="" width={24} height={24} />
          Data Hub
        </Link>
        <WorkspaceMenu />
        <Rail />
        {/* Where it is narrow the header has no room for them */}
        <span className="flex px-2.5 pb-2 sm:hidden">
          <LanguageMenu />
          <ThemeMenu />
        </span>
      </nav>
      {isOpen && (
        <div className="fixed inset-0 z-20 bg-[#0b0e14]/40 lg:hidden" onClick={() => setOpen(false)} aria-hidden />
      )}
      <div className="flex min-w-0 flex-col">
        <header className="sticky top-0 z-10 flex h-13 items-center gap-2 border-b border-line bg-canvas/90 px-3 backdrop-blur sm:px-6">
          <IconButton label={m.nav.menu} className="lg:hidden" onPress={() => setOpen(!isOpen)} aria-expanded={isOpen}>
            <MenuIcon aria-hidden size={18} />
          </IconButton>
          <PaletteButton />
          <HeaderControls />
        </header>
        <main id="content" ref={main} tabIndex={-1} className="min-w-0 flex-1 outline-none!">
          <Suspense>
            <Banners />
          </Suspense>
          <Outlet />
        </main>
      </div>
      <Notices />
    </div>
  )
}

function Rail() {
  const m = useMessages()
  return (
    <div className="flex flex-1 flex-col gap-0.5 px-2.5 py-2">
      <RailLink to="/" isExact icon={<House aria-hidden size={17} />}>
        {m.nav.home}
      </RailLink>
      <RailLink to="/tasks" icon={<ListChecks aria-hidden size={17} />}>
        {m.nav.tasks}
      </RailLink>
      <RailLink to="/destinations" icon={<Boxes aria-hidden size={17} />}>
        {m.nav.destinations}
      </RailLink>
      <RailLink to="/sources" icon={<Database aria-hidden size={17} />}>
        {m.nav.sources}
      </RailLink>
      <RailLink to="/activity" icon={<Activity aria-hidden size={17} />}>
        {m.nav.activity}
      </RailLink>
      <RailLink to="/settings" icon={<Settings aria-hidden size={17} />}>
        {m.nav.settings}
      </RailLink>
      <span className="flex-1" />
      <RailLink to="/help/api" icon={<Braces aria-hidden size={17} />}>
        {m.nav.api}
      </RailLink>
      <RailLink to="/help/errors" icon={<CircleHelp aria-hidden size={17} />}>
        {m.nav.errors}
      </RailLink>
    </div>
  )
}

function RailLink({
  to,
  icon,
  children,
  isExact,
}: {
  to: string
  icon: ReactNode
  children: ReactNode
  isExact?: boolean
}) {
  return (
    <Link
      to={to}
      activeOptions={{ exact: isExact ?? false, includeSearch: false }}
      className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-soft transition-colors hover:bg-hover hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-accent"
    >
      {icon}
      {children}
    </Link>
  )
}
