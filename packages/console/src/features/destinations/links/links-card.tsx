import type { SetupLinkView } from '@datahub/core/api/setup-link-routes'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, CircleCheck, Clock, Link2, TimerOff } from 'lucide-react'
import { useState } from 'react'
import { hub, query } from '../../../api/hub.ts'
import { asProblem } from '../../../api/problem.ts'
import { Confirm, type Question } from '../../../components/confirm.tsx'
import { Card } from '../../../components/page.tsx'
import { Answer } from '../../../components/states.tsx'
import { Table, type Column } from '../../../components/table.tsx'
import { Instant } from '../../../components/time/time.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { notify, notifyFailure } from '../../../components/ui/notices.tsx'
import { useMessages } from '../../../i18n/messages.tsx'
import { useSetupLinkWords } from '../../../i18n/setup-link.ts'

const marks = { open: Clock, used: CircleCheck, revoked: Ban, expired: TimerOff } as const
const looks = { open: 'text-busy', used: 'text-good', revoked: 'text-soft', expired: 'text-soft' } as const

/** Which links have been sent, and what has become of them. */
export default function LinksCard({ onMake }: { onMake(): void }) {
  const m = useMessages()
  const w = useSetupLinkWords().links
  const client = useQueryClient()
  const [question, setQuestion] = useState<Question>()
  const links = useQuery(query.setupLink.list.queryOptions())
  const revoke = async ({ id, destination }: SetupLinkView) => {
    try {
      await hub.setupLink.revoke({ id })
      notify(w.revoked(destination))
    } catch (failure) {
      const problem = asProblem(failure)
      notifyFailure(problem.detail, problem.cure)
    }
    await client.invalidateQueries({ queryKey: query.setupLink.key() })
  }
  const columns: readonly Column<SetupLinkView>[] = [
    {
      key: 'destination',
      title: w.destination,
      className: 'min-w-40 [overflow-wrap:anywhere]',
      cell: ({ destination }) => destination,
    },
    {
      key: 'state',
      title: m.task.column.status,
      cell: ({ state, expiresAt, usedAt }) => {
        const Icon = marks[state]
        return (
          <span className="inline-flex flex-wrap items-center gap-x-1.5">
            <Icon aria-hidden size={15} className={looks[state]} />
            <span className={looks[state]}>{w.state[state]}</span>
            {state === 'open' && <span className="text-soft">{w.until}</span>}
            {state !== 'revoked' && <Instant at={usedAt ?? expiresAt} />}
          </span>
        )
      },
    },
    {
      key: 'actions',
      className: 'text-right',
      title: <span className="sr-only">{m.common.actions}</span>,
      cell: (link) =>
        link.state === 'open' && (
          <Button
            size="small"
            aria-label={`${w.revoke}: ${link.destination}`}
            onPress={() =>
              setQuestion({
                title: w.revokeTitle(link.destination),
                hint: w.revokeHint,
                verb: w.revoke,
                do: () => void revoke(link),
              })
            }
          >
            {w.revoke}
          </Button>
        ),
    },
  ]
  return (
    <Card
      flush
      title={w.title}
      actions={
        <Button size="small" onPress={onMake}>
          <Link2 aria-hidden size={14} />
          {w.make}
        </Button>
      }
    >
      <Confirm question={question} onClose={() => setQuestion(undefined)} />
      <Answer of={links}>
        {(found) => (
          <>
            <p className="px-4 py-3 text-soft">
              {w.lead} {found.every(({ state }) => state !== 'open') && w.none}
            </p>
            {found.length > 0 && <Table caption={w.title} columns={columns} rows={found} keyOf={({ id }) => id} />}
          </>
        )}
      </Answer>
    </Card>
  )
}
