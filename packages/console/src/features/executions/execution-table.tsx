import type { DeliveredRangePage, ExecutionView } from '@datahub/core/api/execution-shapes'
import type { ReactNode } from 'react'
import { useQuantities } from '../../components/quantity.ts'
import { ExecutionStatus } from '../../components/status/status.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { DataRange, Instant } from '../../components/time/time.tsx'
import { useMessages } from '../../i18n/messages.tsx'

export type DeliveredRange = DeliveredRangePage['items'][number]

interface ExecutionTableProps {
  ranges: readonly DeliveredRange[]
  openId: number | undefined
  onOpen(id: number): void
}

/** A row per data range: its newest execution, and the earlier ones by their numbers. */
export function ExecutionTable({ ranges, openId, onOpen }: ExecutionTableProps) {
  const m = useMessages()
  const { count, bytes, duration } = useQuantities()
  const ofNewest = (cell: (newest: ExecutionView) => ReactNode) => {
    return ({ executions: [newest] }: DeliveredRange) => newest && cell(newest)
  }
  const columns: readonly Column<DeliveredRange>[] = [
    {
      key: 'range',
      title: m.execution.column.range,
      cell: ({ dataRange, executions }) => (
        <>
          <DataRange range={dataRange} />
          {executions.length > 1 && <Others executions={executions} onOpen={onOpen} />}
        </>
      ),
    },
    {
      key: 'status',
      title: m.execution.column.status,
      cell: ofNewest(({ id, status, retryAt, failure }) => (
        <button
          type="button"
          data-row
          onClick={() => onOpen(id)}
          className="grid min-h-6 content-center justify-items-start rounded-sm text-left hover:underline"
        >
          <span className="sr-only">{m.execution.open(id)}: </span>
          <ExecutionStatus status={status} retryAt={retryAt} />
          {failure && <span className="block font-mono text-xs text-soft">{failure.code}</span>}
        </button>
      )),
    },
    {
      key: 'rows',
      title: m.execution.column.rows,
      isNumber: true,
      cell: ofNewest(({ rows, progress }) => {
        const known = rows ?? progress?.rows
        return known === undefined ? '–' : count(known)
      }),
    },
    {
      key: 'size',
      title: m.execution.column.size,
      isNumber: true,
      cell: ofNewest(({ sizeBytes }) => (sizeBytes === null ? '–' : bytes(sizeBytes))),
    },
    {
      key: 'trigger',
      title: m.execution.column.trigger,
      isMinor: true,
      cell: ofNewest(({ trigger }) => m.status.trigger[trigger]),
    },
    {
      key: 'triggered',
      title: m.execution.column.triggered,
      isMinor: true,
      cell: ofNewest(({ triggeredAt, dataRange }) => <Instant at={triggeredAt} zone={dataRange.timeZone} />),
    },
    {
      key: 'duration',
      title: m.execution.column.duration,
      isNumber: true,
      cell: ofNewest(({ startedAt, endedAt }) =>
        startedAt && endedAt ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : '–',
      ),
    },
  ]
  return (
    <Table
      caption={m.execution.title}
      columns={columns}
      rows={ranges}
      keyOf={({ dataRange }) => `${dataRange.from}/${dataRange.to}`}
      isChosen={({ executions }) => executions.some(({ id }) => id === openId)}
    />
  )
}

function Others({ executions, onOpen }: { executions: readonly ExecutionView[]; onOpen(id: number): void }) {
  const m = useMessages()
  return (
    <span className="flex flex-wrap items-center gap-x-1 text-sm text-faint">
      {m.execution.more(executions.length)}
      {m.common.colon}
      {executions.slice(0, 6).map(({ id }) => (
        <button
          key={id}
          type="button"
          aria-label={m.execution.open(id)}
          onClick={() => onOpen(id)}
          className="min-h-6 min-w-6 rounded-sm px-1 text-accent hover:underline"
        >
          {id}
        </button>
      ))}
    </span>
  )
}
