import type { SessionView } from '@datahub/core/api/access-shapes'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { hub, query } from '../../api/hub.ts'
import { prefer, usePreferences } from '../../app/preferences.ts'
import { Card } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Instant } from '../../components/time/time.tsx'
import { Button } from '../../components/ui/button.tsx'
import { Switch } from '../../components/ui/switch.tsx'
import { useMessages } from '../../i18n/messages.tsx'

/** Where the reader is signed in, and what this browser remembers. */
export function SessionsTab() {
  const m = useMessages()
  const client = useQueryClient()
  const { shortcuts } = usePreferences()
  const sessions = useQuery(query.session.list.queryOptions())
  const revoke = async (id: number) => {
    await hub.session.revoke({ id })
    await client.invalidateQueries({ queryKey: query.session.list.key() })
  }
  const columns: readonly Column<SessionView>[] = [
    {
      key: 'from',
      title: m.settings.from,
      cell: ({ from }) => <code className="font-mono text-sm">{from ?? '–'}</code>,
    },
    {
      key: 'browser',
      title: m.settings.browser,
      isMinor: true,
      cell: ({ userAgent }) => <span className="line-clamp-2 text-sm text-soft">{userAgent}</span>,
    },
    { key: 'used', title: m.settings.lastUsed, cell: ({ lastUsedAt }) => <Instant at={lastUsedAt} /> },
    { key: 'expires', title: m.settings.expires, cell: ({ expiresAt }) => <Instant at={expiresAt} /> },
    {
      key: 'revoke',
      title: <span className="sr-only">{m.common.actions}</span>,
      cell: ({ id, isCurrent }) =>
        isCurrent ? (
          <span className="text-sm text-good">{m.settings.thisSession}</span>
        ) : (
          <Button size="small" onPress={() => void revoke(id)}>
            {m.settings.signOutThere}
          </Button>
        ),
    },
  ]
  return (
    <div className="flex flex-col gap-5">
      <Answer of={sessions}>
        {(found) => (
          <Card flush title={m.settings.sessions}>
            <Table caption={m.settings.sessions} columns={columns} rows={found} keyOf={({ id }) => id} />
          </Card>
        )}
      </Answer>
      <Card title={m.settings.preferences}>
        <Switch isSelected={shortcuts} onChange={(is) => prefer({ shortcuts: is })}>
          {m.settings.shortcuts}
        </Switch>
      </Card>
    </div>
  )
}
