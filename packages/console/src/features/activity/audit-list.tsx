import type { AuditEntryView } from '@datahub/core/api/audit-routes'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleDashed, CircleX } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { query } from '../../api/hub.ts'
import { useMay } from '../../app/me.ts'
import type { ActivitySearch } from '../../app/search.ts'
import { FreshRows } from '../../components/fresh-rows.tsx'
import { useHeldRows, type Answered } from '../../components/held-rows.ts'
import { Card } from '../../components/page.tsx'
import { Answer, Empty, NoRight } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Instant } from '../../components/time/time.tsx'
import { Button, TextLink } from '../../components/ui/button.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { useActivityWords } from '../../i18n/activity.ts'
import { useDeedWords } from '../../i18n/deeds.ts'
import { ChangeDetails } from './change-details.tsx'

const PER_PAGE = 50
const LOOK_EVERY_MS = 15_000

interface AuditListProps {
  search: ActivitySearch
  /** Without either: the newest. */
  onPage(page: { before?: number; after?: number }): void
  onClear(): void
}

/** Entries of the audit log, the newest first; what was before and after each opens beside it. */
export function AuditList({ search, onPage, onClear }: AuditListProps) {
  const m = useMessages()
  const a = useActivityWords()
  const deeds = useDeedWords()
  const may = useMay()
  const [shown, setShown] = useState<AuditEntryView>()
  const { action, actor, before, after } = search
  const entries = useQuery(
    query.audit.list.queryOptions({
      input: {
        limit: PER_PAGE,
        ...(action ? { action } : {}),
        ...(actor ? { actor } : {}),
        ...(before ? { before } : {}),
        ...(after ? { after } : {}),
      },
      enabled: may('audit.list'),
      refetchInterval: LOOK_EVERY_MS,
      placeholderData: keepPreviousData,
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
      className: 'min-w-40',
      cell: ({ action }) => deeds[action] ?? <code className="font-mono text-sm">{action}</code>,
    },
    {
      key: 'subject',
      title: a.subject,
      className: 'min-w-44 [overflow-wrap:anywhere]',
      cell: ({ subject }) => (
        <span className="line-clamp-3" title={subject}>
          {subject || '–'}
        </span>
      ),
    },
    {
      key: 'outcome',
      title: a.outcome,
      cell: ({ outcome }) =>
        outcome === 'done' ? (
          <Outcome icon={<CircleCheck aria-hidden size={15} className="shrink-0 text-good" />}>{a.done}</Outcome>
        ) : outcome === 'begun' ? (
          <Outcome icon={<CircleDashed aria-hidden size={15} className="shrink-0 text-soft" />}>{a.begun}</Outcome>
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
      className: 'text-right',
      title: <span className="sr-only">{a.details}</span>,
      cell: (entry) =>
        entry.before === null && entry.after === null ? null : (
          <Button size="small" look="ghost" onPress={() => setShown(entry)}>
            {a.details}
          </Button>
        ),
    },
  ]
  const isFiltered = action !== undefined || actor !== undefined
  // Less than a page that is newer: it is the newest one, or another one has begun
  const isNewest = before === undefined && (after === undefined || (entries.data?.length ?? 0) < PER_PAGE)
  return (
    <Answer of={entries}>
      {(found) => (
        <Card flush>
          {found.length === 0 ? (
            <Empty
              isFiltered={isFiltered}
              title={isFiltered ? a.noMatch : a.none}
              action={isFiltered && <Button onPress={onClear}>{m.common.clearFilters}</Button>}
            />
          ) : (
            <Rows answer={entries} list={JSON.stringify(search)} found={found} columns={columns} />
          )}
          {(!isNewest || found.length === PER_PAGE) && (
            <div className="flex justify-end gap-2 border-t border-line px-4 py-2.5">
              <Button size="small" isDisabled={isNewest} onPress={() => onPage(found[0] ? { after: found[0].id } : {})}>
                {m.common.newer}
              </Button>
              <Button
                size="small"
                isDisabled={found.length < PER_PAGE && after === undefined}
                onPress={() => onPage({ before: found.at(-1)?.id ?? 1 })}
              >
                {m.common.older}
              </Button>
            </div>
          )}
          {shown && <ChangeDetails before={shown.before} after={shown.after} onClose={() => setShown(undefined)} />}
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

interface RowsProps {
  answer: Answered
  list: string
  found: readonly AuditEntryView[]
  columns: readonly Column<AuditEntryView>[]
}

function Rows({ answer, list, found, columns }: RowsProps) {
  const a = useActivityWords()
  const { shown, fresh, showFresh } = useHeldRows(answer, list, found, ({ id }) => id)
  return (
    <>
      <FreshRows count={fresh.length} words={a.fresh} onShow={showFresh} />
      <Table caption={a.title} columns={columns} rows={shown} keyOf={({ id }) => id} />
    </>
  )
}
