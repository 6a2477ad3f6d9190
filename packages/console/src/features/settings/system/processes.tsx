import type { ProcessView } from '@datahub/core/api/operation-shapes'
import { CircleCheck, CircleX } from 'lucide-react'
import { Card } from '../../../components/page.tsx'
import { useQuantities } from '../../../components/quantity.ts'
import { Table, type Column } from '../../../components/table.tsx'
import { Instant } from '../../../components/time/time.tsx'
import { useSystemWords } from '../../../i18n/system.ts'

/** As the hub judges them: a clock that is off by more, and a disk with less, is told in a banner. */
const MOST_OFF_MS = 5000
const LEAST_FREE_BYTES = 1 << 30

/** Which processes the hub consists of, each with its last sign of life. */
export function Processes({ processes }: { processes: readonly ProcessView[] }) {
  const words = useSystemWords()
  const { bytes, duration } = useQuantities()
  const columns: readonly Column<ProcessView>[] = [
    {
      key: 'name',
      title: words.process,
      cell: ({ name, services }) => (
        <>
          <code className="font-mono text-sm">{name}</code>
          <span className="block text-sm text-soft">{services.join(', ')}</span>
        </>
      ),
    },
    {
      key: 'state',
      title: words.state,
      cell: ({ isAlive }) => (
        <span className="flex items-center gap-1.5 whitespace-nowrap">
          {isAlive ? (
            <CircleCheck aria-hidden size={16} className="text-good" />
          ) : (
            <CircleX aria-hidden size={16} className="text-bad" />
          )}
          {isAlive ? words.alive : words.silent}
        </span>
      ),
    },
    { key: 'seen', title: words.seen, cell: ({ seenAt }) => <Instant at={seenAt} seconds relative /> },
    {
      key: 'slots',
      title: words.slots,
      isNumber: true,
      cell: ({ slots, busy }) => (slots === 0 ? words.noSlots : words.slotsOf(busy, slots)),
    },
    {
      key: 'free',
      title: words.free,
      isNumber: true,
      cell: ({ freeBytes }) =>
        freeBytes === null ? '–' : <Judged isBad={freeBytes < LEAST_FREE_BYTES}>{bytes(freeBytes)}</Judged>,
    },
    {
      key: 'clock',
      title: words.clockOff,
      isNumber: true,
      cell: ({ clockOffMs }) => {
        const isBad = Math.abs(clockOffMs) > MOST_OFF_MS
        return (
          <Judged isBad={isBad}>{isBad ? words.clockOffBy(duration(Math.abs(clockOffMs))) : words.clockRight}</Judged>
        )
      },
    },
    {
      key: 'version',
      title: words.version,
      isMinor: true,
      cell: ({ version, node, timeZones }) => (
        <span className="text-sm text-soft" title={timeZones}>
          {version} · Node {node}
        </span>
      ),
    },
    { key: 'started', title: words.started, isMinor: true, cell: ({ startedAt }) => <Instant at={startedAt} /> },
  ]
  return (
    <Card flush title={words.processes}>
      <Table caption={words.processes} columns={columns} rows={processes} keyOf={({ name }) => name} />
    </Card>
  )
}

function Judged({ isBad, children }: { isBad: boolean; children: string }) {
  return isBad ? (
    <span className="inline-flex items-center gap-1 text-bad">
      <CircleX aria-hidden size={15} />
      {children}
    </span>
  ) : (
    children
  )
}
