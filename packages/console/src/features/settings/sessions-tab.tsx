import type { SessionView } from '@datahub/core/api/access-shapes'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { hub, query } from '../../api/hub.ts'
import { asProblem } from '../../api/problem.ts'
import { prefer, usePreferences } from '../../app/preferences.ts'
import { Confirm, type Question } from '../../components/confirm.tsx'
import { Card } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Instant } from '../../components/time/time.tsx'
import { Button } from '../../components/ui/button.tsx'
import { notifyFailure } from '../../components/ui/notices.tsx'
import { Switch } from '../../components/ui/switch.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useSettingsWords } from '../../i18n/settings.ts'
import { PasswordCard } from './password-card.tsx'

/** Where the reader is signed in, and what this browser remembers. */
export function SessionsTab() {
  const m = useMessages()
  const settings = useSettingsWords()
  const client = useQueryClient()
  const { shortcuts } = usePreferences()
  const sessions = useQuery(query.session.list.queryOptions())
  const [question, setQuestion] = useState<Question>()
  const revoke = async (id: number) => {
    try {
      await hub.session.revoke({ id })
    } catch (failure) {
      const problem = asProblem(failure)
      notifyFailure(problem.detail, problem.cure)
    }
    await client.invalidateQueries({ queryKey: query.session.list.key() })
  }
  const columns: readonly Column<SessionView>[] = [
    {
      key: 'from',
      title: settings.from,
      cell: ({ from }) => <code className="font-mono text-sm">{from ?? '–'}</code>,
    },
    {
      key: 'browser',
      title: settings.browser,
      isMinor: true,
      cell: ({ userAgent }) => <span className="line-clamp-2 text-sm text-soft">{userAgent}</span>,
    },
    { key: 'used', title: settings.lastUsed, cell: ({ lastUsedAt }) => <Instant at={lastUsedAt} /> },
    { key: 'expires', title: settings.expires, cell: ({ expiresAt }) => <Instant at={expiresAt} /> },
    {
      key: 'revoke',
      className: 'text-right',
      title: <span className="sr-only">{m.common.actions}</span>,
      cell: ({ id, from, isCurrent }) =>
        isCurrent ? (
          <span className="text-sm text-good">{settings.thisSession}</span>
        ) : (
          <Button
            size="small"
            onPress={() =>
              setQuestion({
                title: settings.signOutTitle(from),
                hint: settings.signOutHint,
                verb: settings.signOutThere,
                do: () => void revoke(id),
              })
            }
          >
            {settings.signOutThere}
          </Button>
        ),
    },
  ]
  return (
    <div className="flex flex-col gap-5">
      <Answer of={sessions}>
        {(found) => (
          <Card flush title={settings.sessions}>
            <Table caption={settings.sessions} columns={columns} rows={found} keyOf={({ id }) => id} />
            <Confirm question={question} onClose={() => setQuestion(undefined)} />
          </Card>
        )}
      </Answer>
      <PasswordCard />
      <Card title={settings.preferences}>
        <Switch isSelected={shortcuts} onChange={(is) => prefer({ shortcuts: is })}>
          {settings.shortcuts}
        </Switch>
      </Card>
    </div>
  )
}
