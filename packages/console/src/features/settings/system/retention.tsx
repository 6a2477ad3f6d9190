import type { RetentionView } from '@datahub/core/api/operation-shapes'
import { Card } from '../../../components/page.tsx'
import { useQuantities } from '../../../components/quantity.ts'
import { Table, type Column } from '../../../components/table.tsx'
import { Instant } from '../../../components/time/time.tsx'
import { useSystemWords } from '../../../i18n/system.ts'

/** What the hub keeps for how long, when the cleaner last looked, and what it has removed. */
export function Retention({ retention }: { retention: readonly RetentionView[] }) {
  const words = useSystemWords()
  const { count } = useQuantities()
  const kept = ({ kept, days }: RetentionView) =>
    kept === 'days' ? words.days(days ?? 0) : kept === 'until_over' ? words.untilOver : words.forEver
  const columns: readonly Column<RetentionView>[] = [
    { key: 'what', title: words.what, cell: ({ what }) => words.whats[what] },
    { key: 'kept', title: words.kept, cell: kept },
    {
      key: 'looked',
      title: words.looked,
      cell: ({ lookedAt, kept }) => (kept === 'for_ever' ? '–' : <Instant at={lookedAt} relative />),
    },
    {
      key: 'removedLast',
      title: words.removedLast,
      cell: ({ removedAt, kept }) =>
        kept === 'for_ever' ? '–' : removedAt === null ? words.never : <Instant at={removedAt} />,
    },
    {
      key: 'removed',
      title: words.removed,
      isNumber: true,
      cell: ({ removed, kept }) => (kept === 'for_ever' ? '–' : count(removed)),
    },
  ]
  return (
    <Card flush title={words.retention}>
      <Table caption={words.retention} columns={columns} rows={retention} keyOf={({ what }) => what} />
    </Card>
  )
}
