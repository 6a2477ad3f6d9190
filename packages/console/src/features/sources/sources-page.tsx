import type { SourceView } from '@datahub/core/api/source-shapes'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { query } from '../../api/hub.ts'
import { useMay } from '../../app/me.ts'
import { Card, Page } from '../../components/page.tsx'
import { Answer, Empty } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Instant } from '../../components/time/time.tsx'
import { ButtonLink, TextLink } from '../../components/ui/button.tsx'
import { LastTest } from '../destinations/test/last-test.tsx'
import { useMessages } from '../../i18n/messages.tsx'

export function SourcesPage() {
  const m = useMessages()
  const may = useMay()
  const sources = useQuery(query.source.list.queryOptions())
  const create = may('source.create') && (
    <ButtonLink to="/sources/new" look="primary">
      <Plus aria-hidden size={16} />
      {m.source.new}
    </ButtonLink>
  )
  const columns: readonly Column<SourceView>[] = [
    {
      key: 'name',
      title: m.common.name,
      cell: ({ name }) => (
        <TextLink to="/sources/$name" params={{ name }} className="font-medium">
          {name}
        </TextLink>
      ),
    },
    { key: 'kind', title: m.source.kind, cell: ({ kind }) => m.source.kinds[kind] ?? kind },
    {
      key: 'tasks',
      title: m.source.tasks,
      isNumber: true,
      cell: ({ name, tasks }) => (
        <TextLink to="/tasks" search={{ source: name }}>
          {String(tasks)}
        </TextLink>
      ),
    },
    {
      key: 'tested',
      title: m.destination.lastTest.title,
      cell: ({ lastTest }) => <LastTest test={lastTest} isBrief />,
    },
    { key: 'range', title: m.source.longest, isMinor: true, cell: ({ maxRangeDays }) => m.source.days(maxRangeDays) },
    { key: 'changed', title: m.common.changed, isMinor: true, cell: ({ updatedAt }) => <Instant at={updatedAt} /> },
  ]
  return (
    <Page title={m.source.title} lead={m.source.lead} actions={create}>
      <Answer of={sources}>
        {(views) => (
          <Card flush>
            {views.length === 0 ? (
              <Empty title={m.source.none} action={create}>
                {m.source.noneHint}
              </Empty>
            ) : (
              <Table caption={m.source.title} columns={columns} rows={views} keyOf={({ id }) => id} />
            )}
          </Card>
        )}
      </Answer>
    </Page>
  )
}
