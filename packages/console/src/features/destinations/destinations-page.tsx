import type { DestinationView } from '@datahub/core/api/destination-shapes'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { query } from '../../api/hub.ts'
import { useMay } from '../../app/me.ts'
import { Card, Page } from '../../components/page.tsx'
import { Answer, Empty } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Instant } from '../../components/time/time.tsx'
import { ButtonLink, TextLink } from '../../components/ui/button.tsx'
import { LastTest } from './test/last-test.tsx'
import { useMessages } from '../../i18n/messages.tsx'

const LinksCard = lazy(() => import('./links/links-card.tsx'))
const MakeLink = lazy(() => import('./links/make-link.tsx'))

export function DestinationsPage() {
  const m = useMessages()
  const destinations = useQuery(query.destination.list.queryOptions())
  const may = useMay()
  const [isMaking, setMaking] = useState(false)
  const create = may('destination.create') && (
    <ButtonLink to="/destinations/new" look="primary">
      <Plus aria-hidden size={16} />
      {m.destination.new}
    </ButtonLink>
  )
  const columns: readonly Column<DestinationView>[] = [
    {
      key: 'name',
      title: m.common.name,
      className: 'min-w-40 [overflow-wrap:anywhere]',
      cell: ({ name }) => (
        <TextLink to="/destinations/$name" params={{ name }} className="font-medium">
          {name}
        </TextLink>
      ),
    },
    {
      key: 'kind',
      title: m.destination.kind,
      className: 'sm:whitespace-nowrap',
      cell: ({ kind }) => m.destination.kinds[kind] ?? kind,
    },
    { key: 'place', title: m.destination.place, className: 'min-w-52', cell: (view) => <Place view={view} /> },
    {
      key: 'tasks',
      title: m.destination.usedBy,
      isNumber: true,
      cell: ({ name, tasks }) => (
        <TextLink to="/tasks" search={{ destination: name }}>
          {String(tasks)}
        </TextLink>
      ),
    },
    {
      key: 'tested',
      title: m.destination.lastTest.title,
      cell: ({ lastTest }) => <LastTest test={lastTest} isBrief />,
    },
    { key: 'changed', title: m.common.changed, isMinor: true, cell: ({ updatedAt }) => <Instant at={updatedAt} /> },
  ]
  return (
    <Page title={m.destination.title} lead={m.destination.lead} actions={create}>
      <Answer of={destinations}>
        {(views) => (
          <Card flush>
            {views.length === 0 ? (
              <Empty title={m.destination.none} action={create}>
                {m.destination.noneHint}
              </Empty>
            ) : (
              <Table caption={m.destination.title} columns={columns} rows={views} keyOf={({ id }) => id} />
            )}
          </Card>
        )}
      </Answer>
      {may('setupLink.list') && (
        <Suspense>
          <div className="mt-5">
            <LinksCard onMake={() => setMaking(true)} />
          </div>
        </Suspense>
      )}
      {/* Apart: what opens it would be hidden while it comes, and lose the focus */}
      <Suspense>{isMaking && <MakeLink onClose={() => setMaking(false)} />}</Suspense>
    </Page>
  )
}

/** `company-xnurta-data/acme/ · cn-north-1` */
export function Place({ view }: { view: DestinationView }) {
  const text = (field: string) => (typeof view[field] === 'string' ? view[field] : '')
  if (view.kind === 'filesystem') return <code className="font-mono text-sm break-all">{text('path')}</code>
  return (
    <span>
      <code className="font-mono text-sm break-all">
        {text('bucket')}
        {text('prefix') && `/${text('prefix')}`}
      </code>
      <span className="block text-sm text-faint">{[text('region'), text('endpoint')].filter(Boolean).join(' · ')}</span>
    </span>
  )
}
