import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleUser, Clock, Languages, LogOut, Monitor, Moon, Radio, RefreshCw, Sun } from 'lucide-react'
import { hub } from '../api/hub.ts'
import { Segments } from '../components/ui/segments.tsx'
import { Menu } from '../components/ui/menu.tsx'
import { useMessages } from '../i18n/messages.tsx'
import { useIsLive } from './live/live.ts'
import { useMe } from './me.ts'
import { prefer, usePreferences } from './preferences.ts'

/** What concerns the reader and not the page: zone, language, theme, account. */
export function HeaderControls() {
  const m = useMessages()
  const { timeMode } = usePreferences()
  const navigate = useNavigate()
  const client = useQueryClient()
  const me = useMe()
  const signOut = async () => {
    await hub.session.signOut()
    client.clear()
    await navigate({ to: '/sign-in', search: {} })
  }
  return (
    <div className="ml-auto flex items-center gap-1">
      <LiveMark />
      <Clock aria-hidden size={16} className="mr-1 text-faint max-sm:hidden" />
      <Segments
        label={m.time.mode}
        value={timeMode}
        onChange={(mode) => prefer({ timeMode: mode })}
        options={[
          { key: 'task', title: m.time.task },
          { key: 'mine', title: m.time.mine },
          { key: 'utc', title: m.time.utc },
        ]}
        className="mr-1"
      />
      <span className="flex max-sm:hidden">
        <LanguageMenu />
        <ThemeMenu />
      </span>
      <Menu
        label={m.nav.account}
        actions={[
          { key: 'who', title: me?.user?.email ?? '', isDisabled: true, do: () => undefined },
          {
            key: 'out',
            title: m.nav.signOut,
            icon: <LogOut aria-hidden size={15} />,
            isSeparated: true,
            do: () => void signOut(),
          },
        ]}
      >
        <CircleUser aria-hidden size={18} />
      </Menu>
    </div>
  )
}

/** Whether what is on the page follows at once, or is asked for every few seconds. */
function LiveMark() {
  const m = useMessages()
  const isLive = useIsLive()
  const Icon = isLive ? Radio : RefreshCw
  return (
    <span
      title={isLive ? m.live.isLiveHint : m.live.pollsHint}
      className="mr-3 flex items-center gap-1.5 text-sm text-soft max-md:hidden"
    >
      <Icon aria-hidden size={15} className={isLive ? 'text-good' : 'text-warn'} />
      {isLive ? m.live.isLive : m.live.polls}
    </span>
  )
}

export function LanguageMenu() {
  const m = useMessages()
  return (
    <Menu
      label={m.nav.language}
      actions={[
        { key: 'en', title: 'English', do: () => prefer({ locale: 'en' }) },
        { key: 'zh', title: '简体中文', do: () => prefer({ locale: 'zh' }) },
      ]}
    >
      <Languages aria-hidden size={17} />
    </Menu>
  )
}

export function ThemeMenu() {
  const m = useMessages()
  const { theme } = usePreferences()
  const Icon = theme === 'light' ? Sun : theme === 'dark' ? Moon : Monitor
  return (
    <Menu
      label={m.nav.theme}
      actions={[
        { key: 'light', title: m.nav.light, icon: <Sun aria-hidden size={15} />, do: () => prefer({ theme: 'light' }) },
        { key: 'dark', title: m.nav.dark, icon: <Moon aria-hidden size={15} />, do: () => prefer({ theme: 'dark' }) },
        {
          key: 'system',
          title: m.nav.system,
          icon: <Monitor aria-hidden size={15} />,
          do: () => prefer({ theme: 'system' }),
        },
      ]}
    >
      <Icon aria-hidden size={17} />
    </Menu>
  )
}
