import type { ExecutionView } from '@datahub/core/api/execution-shapes'
import { useQuery } from '@tanstack/react-query'
import { query } from '../../api/hub.ts'
import { Card } from '../../components/page.tsx'
import { Pager, useCursor } from '../../components/pager.tsx'
import { useQuantities } from '../../components/quantity.ts'
import { Answer, Empty } from '../../components/states.tsx'
import { ExecutionStatus } from '../../components/status/status.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { DataRange, Instant } from '../../components/time/time.tsx'
import { useMessages } from '../../i18n/messages.tsx'

const PER_PAGE = 100

interface Group {
  readonly key: string
  readonly newest: ExecutionView
  readonly executions: readonly ExecutionView[]
}

interface ExecutionsTabProps {
  taskId: number
  openId: number | undefined
  onOpen(id: number): void
}

/** What was done for each data range, the newest first; executions for the same range stand together. */
export function ExecutionsTab({ taskId, openId, onOpen }: ExecutionsTabProps) {
  const m = useMessages()
  const at = useCursor()
  const executions = useQuery(
    query.execution.list.queryOptions({
      input: { task: String(taskId), limit: PER_PAGE, ...(at.cursor === undefined ? {} : { cursor: at.cursor }) },
      refetchInterval: 3_000,
    }),
  )
  return (
    <Answer of={executions}>
      {({ items, next }) => (
        <Card flush>
          {items.length === 0 && at.isFirst ? (
            <Empty title={m.execution.none}>{m.execution.noneHint}</Empty>
          ) : (
            <Groups groups={groupByRange(items)} openId={openId} onOpen={onOpen} />
          )}
          <Pager at={at} next={next} />
        </Card>
      )}
    </Answer>
  )
}

function Groups({ groups, openId, onOpen }: { groups: readonly Group[] } & Omit<ExecutionsTabProps, 'taskId'>) {
  const m = useMessages()
  const { count, bytes, duration } = useQuantities()
  const columns: readonly Column<Group>[] = [
    {
      key: 'range',
      title: m.execution.column.range,
      cell: ({ newest, executions }) => (
        <>
          <DataRange range={newest.dataRange} />
          {executions.length > 1 && (
            <span className="flex flex-wrap items-center gap-x-1 text-sm text-faint">
              {m.execution.more(executions.length)}:
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
          )}
        </>
      ),
    },
    {
      key: 'status',
      title: m.execution.column.status,
      cell: ({ newest }) => (
        <button
          type="button"
          aria-label={`${m.execution.open(newest.id)}: ${m.status.execution[newest.status] ?? ''}`}
          onClick={() => onOpen(newest.id)}
          className="min-h-6 rounded-sm text-left hover:underline"
        >
          <ExecutionStatus status={newest.status} retryAt={newest.retryAt} />
          {newest.failure && <span className="block font-mono text-xs text-soft">{newest.failure.code}</span>}
        </button>
      ),
    },
    {
      key: 'rows',
      title: m.execution.column.rows,
      isNumber: true,
      cell: ({ newest }) => {
        const rows = newest.rows ?? newest.progress?.rows
        return rows === undefined ? '–' : count(rows)
      },
    },
    {
      key: 'size',
      title: m.execution.column.size,
      isNumber: true,
      cell: ({ newest }) => (newest.sizeBytes === null ? '–' : bytes(newest.sizeBytes)),
    },
    {
      key: 'trigger',
      title: m.execution.column.trigger,
      isMinor: true,
      cell: ({ newest }) => m.status.trigger[newest.trigger],
    },
    {
      key: 'triggered',
      title: m.execution.column.triggered,
      isMinor: true,
      cell: ({ newest }) => <Instant at={newest.triggeredAt} zone={newest.dataRange.timeZone} />,
    },
    {
      key: 'duration',
      title: m.execution.column.duration,
      isNumber: true,
      cell: ({ newest: { startedAt, endedAt } }) =>
        startedAt && endedAt ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : '–',
    },
  ]
  return (
    <Table
      caption={m.execution.title}
      columns={columns}
      rows={groups}
      keyOf={({ key }) => key}
      isChosen={({ executions }) => executions.some(({ id }) => id === openId)}
    />
  )
}

/** Newest execution first, within the order in which ranges were last touched. */
function groupByRange(executions: readonly ExecutionView[]): Group[] {
  const groups = new Map<string, ExecutionView[]>()
  for (const execution of executions) {
    const key = `${execution.dataRange.from}/${execution.dataRange.to}`
    const known = groups.get(key)
    if (known) known.push(execution)
    else groups.set(key, [execution])
  }
  return [...groups].flatMap(([key, [newest, ...older]]) =>
    newest ? [{ key, newest, executions: [newest, ...older] }] : [],
  )
}
