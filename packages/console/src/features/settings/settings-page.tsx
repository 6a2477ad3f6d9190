import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { SettingsTab } from '../../app/search.ts'
import { Page } from '../../components/page.tsx'
import { Tabs } from '../../components/ui/tabs.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useSettingsWords } from '../../i18n/settings.ts'
import { SessionsTab } from './sessions-tab.tsx'
import { TokensTab } from './tokens-tab.tsx'
import { UsersTab } from './users-tab.tsx'

// With sentences of its own, and forms that few open
const AlertsTab = lazy(() => import('./alerts-tab.tsx'))
const SystemTab = lazy(() => import('./system/system-tab.tsx'))

export function SettingsPage() {
  const m = useMessages()
  const settings = useSettingsWords()
  const { tab = 'users' } = useSearch({ from: '/signed-in/settings' })
  const navigate = useNavigate({ from: '/settings' })
  return (
    <Page title={settings.title}>
      <Tabs<SettingsTab>
        label={settings.title}
        value={tab}
        onChange={(tab) => void navigate({ search: { tab }, replace: true })}
        tabs={[
          { key: 'users', title: settings.users, content: () => <UsersTab /> },
          { key: 'tokens', title: settings.tokens, content: () => <TokensTab /> },
          {
            key: 'alerts',
            title: m.alert.title,
            content: () => (
              <Suspense>
                <AlertsTab />
              </Suspense>
            ),
          },
          { key: 'sessions', title: settings.sessions, content: () => <SessionsTab /> },
          {
            key: 'system',
            title: settings.system,
            content: () => (
              <Suspense>
                <SystemTab />
              </Suspense>
            ),
          },
        ]}
      />
    </Page>
  )
}
