import type { AuditEntryView } from '@datahub/core/api/audit-routes'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { query } from '../../api/hub.ts'
import { useMay } from '../../app/me.ts'
import { CodeBlock } from '../../components/code.tsx'
import { Card } from '../../components/page.tsx'
import { Answer, Empty, NoRight } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Instant } from '../../components/time/time.tsx'
import { Button, TextLink } from '../../components/ui/button.tsx'
import { Dialog } from '../../components/ui/dialog.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useActivityWords } from '../../i18n/activity.ts'
import { useDeedWords } from '../../i18n/deeds.ts'

const PER_PAGE = 50

/** Entries of the audit log, the newest first; what was before and after each opens beside it. */
export function AuditList({ filters }: { filters: { subject?: string; action?: string; actor?: string } }) {
  const m = useMessages()
  const a = useActivityWords()
  const deeds = useDeedWords()
  const may = useMay()
  const [before, setBefore] = useState<readonly number[]>([])
  const [shown, setShown] = useState<AuditEntryView>()
  const last = before.at(-1)
  const entries = useQuery(
    query.audit.list.queryOptions({
      input: { ...filters, limit: PER_PAGE, ...(last === undefined ? {} : { before: last }) },
      enabled: may('audit.list'),
      refetchInterval: 15_000,
    }),
  )
  if (!may('audit.list')) return <NoRight least="admin" />
  const columns: readonly Column<AuditEntryView>[] = [
    { key: 'at', title: a.at, cell: ({ at }) => <Instant at={at} seconds /> },
    {
      key: 'actor',
      title: a.actor,
      cell: ({ actor, from }) => (
        <>
          {actor.name || a.nobody}
          <span className="block text-sm text-faint">
            {a.kinds[actor.kind]} · {from}
          </span>
        </>
      ),
    },
    {
      key: 'action',
      title: a.action,
      cell: ({ action }) => deeds[action] ?? <code className="font-mono text-sm">{action}</code>,
    },
    {
      key: 'subject',
      title: a.subject,
      cell: ({ subject }) => <span className="break-words">{subject || '–'}</span>,
    },
    {
      key: 'outcome',
      title: a.outcome,
      cell: ({ outcome }) =>
        outcome === 'done' ? (
          <Outcome icon={<CircleCheck aria-hidden size={15} className="shrink-0 text-good" />}>{a.done}</Outcome>
        ) : (
          <Outcome icon={<CircleX aria-hidden size={15} className="shrink-0 text-bad" />}>
            {a.failed}{' '}
            <TextLink to="/help/errors/$code" params={{ code: outcome }}>
              <code className="font-mono text-sm">{outcome}</code>
            </TextLink>
          </Outcome>
        ),
    },
    {
      key: 'details',
      title: <span className="sr-only">{a.details}</span>,
      cell: (entry) =>
        entry.before === null && entry.after === null ? null : (
          <Button size="small" look="ghost" onPress={() => setShown(entry)}>
            {a.details}
          </Button>
        ),
    },
  ]
  return (
    <Answer of={entries}>
      {(found) => (
        <Card flush>
          {found.length === 0 && before.length === 0 ? (
            <Empty title={a.none} />
          ) : (
            <Table caption={a.title} columns={columns} rows={found} keyOf={({ id }) => id} />
          )}
          {(before.length > 0 || found.length === PER_PAGE) && (
            <div className="flex justify-end gap-2 border-t border-line px-4 py-2.5">
              <Button size="small" isDisabled={before.length === 0} onPress={() => setBefore(before.slice(0, -1))}>
                {m.common.newer}
              </Button>
              <Button
                size="small"
                isDisabled={found.length < PER_PAGE}
                onPress={() => setBefore([...before, found.at(-1)?.id ?? 1])}
              >
                {m.common.older}
              </Button>
            </div>
          )}
          {shown && (
            <Dialog wide title={a.details} isOpen onClose={() => setShown(undefined)}>
              <div className="grid gap-4 md:grid-cols-2">
                <CodeBlock text={JSON.stringify(shown.before, null, 2)} what={a.before} />
                <CodeBlock text={JSON.stringify(shown.after, null, 2)} what={a.after} />
              </div>
            </Dialog>
          )}
        </Card>
      )}
    </Answer>
  )
}

function Outcome({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <span className="flex items-start gap-1.5 [&>svg]:mt-0.5">
      {icon}
      <span className="min-w-0">{children}</span>
    </span>
  )
}
