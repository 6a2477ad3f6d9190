import { isFailed, STATUS, type Status } from '@datahub/core/execution/status'
import { Link, useNavigate } from '@tanstack/react-router'
import { CirclePause, CirclePlay, CopyPlus, Ellipsis, Zap } from 'lucide-react'
import { useMay } from '../../app/me.ts'
import { ExecutionStatus, TaskStatus } from '../../components/status/status.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Instant } from '../../components/time/time.tsx'
import { cx } from '../../components/ui/class-names.ts'
import { Menu } from '../../components/ui/menu.tsx'
import { TickBox } from '../../components/ui/tick-box.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { scheduleWords } from './schedule-words.ts'
import { useTaskAction } from './task-actions.ts'
import type { TaskRow } from './use-tasks.ts'

interface TaskTableProps {
  rows: readonly TaskRow[]
  /** Ids of rows that have left the list while it is read. */
  gone: ReadonlySet<string | number>
  chosen: ReadonlySet<number>
  onChoose(chosen: ReadonlySet<number>): void
}

export function TaskTable({ rows, gone, chosen, onChoose }: TaskTableProps) {
  const m = useMessages()
  const may = useMay()
  const choose = (ids: readonly number[], isChosen: boolean) => {
    const next = new Set(chosen)
    for (const id of ids)
      if (isChosen) next.add(id)
      else next.delete(id)
    onChoose(next)
  }
  const count = rows.filter(({ id }) => chosen.has(id)).length
  const chooseColumn: Column<TaskRow> = {
    key: 'choose',
    className: 'w-10 pr-0!',
    title: (
      <TickBox
        label={m.task.selectAll}
        isSelected={count === rows.length}
        isIndeterminate={count > 0 && count < rows.length}
        onChange={(is) =>
          choose(
            rows.map(({ id }) => id),
            is,
          )
        }
      />
    ),
    cell: ({ id, name }) => (
      <TickBox label={m.task.select(name)} isSelected={chosen.has(id)} onChange={(is) => choose([id], is)} />
    ),
  }
  const actionsColumn: Column<TaskRow> = {
    key: 'actions',
    className: 'w-12',
    title: <span className="sr-only">{m.common.actions}</span>,
    cell: (task) => <RowMenu task={task} />,
  }
  const columns: readonly Column<TaskRow>[] = [
    ...(may('task.change') ? [chooseColumn] : []),
    {
      key: 'name',
      title: m.task.column.name,
      className: 'w-full min-w-44',
      cell: (task) => (
        <>
          <Link
            to="/tasks/$id"
            data-row
            params={{ id: String(task.id) }}
            className="line-clamp-3 font-medium break-words hover:text-accent hover:underline"
          >
            {task.name}
          </Link>
          <span className="block text-sm text-faint">
            #{task.id} ·{' '}
            {task.schedule ? `${scheduleWords(task.schedule, m)} ${task.schedule.timeZone}` : m.task.oneTime}
          </span>
        </>
      ),
    },
    {
      key: 'status',
      title: m.task.column.status,
      cell: ({ id, status, gaps }) =>
        gone.has(id) ? (
          <span className="text-soft italic">{m.task.left}</span>
        ) : (
          <>
            <TaskStatus status={status} />
            {gaps ? <span className="block text-sm text-warn">{m.task.gaps(gaps)}</span> : null}
          </>
        ),
    },
    {
      key: 'last',
      title: m.task.column.last,
      cell: ({ lastExecution, schedule, oneTime }) =>
        lastExecution ? (
          <>
            <ExecutionStatus status={lastExecution.status} />
            {lastExecution.endedAt !== null && (
              <span className="block text-sm text-soft">
                <Instant at={lastExecution.endedAt} zone={(schedule ?? oneTime)?.timeZone} />
              </span>
            )}
          </>
        ) : (
          <span className="text-faint">{m.task.neverRan}</span>
        ),
    },
    {
      key: 'recent',
      title: m.task.column.recent,
      isMinor: true,
      cell: ({ recent }) => <Recent executions={recent} />,
    },
    {
      key: 'next',
      title: m.task.column.next,
      cell: ({ nextFireAt, schedule }) => <Instant at={nextFireAt} zone={schedule?.timeZone} relative />,
    },
    {
      key: 'way',
      title: m.task.column.way,
      isMinor: true,
      className: 'min-w-36 [overflow-wrap:anywhere]',
      cell: ({ source, destination }) => (
        <>
          <span className="line-clamp-3">{source}</span>
          <span className="line-clamp-3 text-sm text-soft">→ {destination}</span>
        </>
      ),
    },
    ...(may('task.change') ? [actionsColumn] : []),
  ]
  return (
    <Table
      caption={m.task.title}
      columns={columns}
      rows={rows}
      keyOf={({ id }) => id}
      isChosen={({ id }) => chosen.has(id)}
    />
  )
}

/** The last executions as bars, the newest at the right: tall and filled when sent, low and red when failed. */
function Recent({ executions }: { executions: TaskRow['recent'] }) {
  const m = useMessages()
  const sent = executions.filter(({ status }) => status === STATUS.fileSendSuccess).length
  const words = m.task.recentLabel(sent, executions.length)
  return (
    <span title={words} className="flex h-5 items-end gap-[2px]">
      <span className="sr-only">{words}</span>
      {executions.map(({ id, status }) => (
        <span key={id} aria-hidden className={cx('w-1 rounded-[2px]', barOf(status as Status))} />
      ))}
    </span>
  )
}

function barOf(status: Status): string {
  if (status === STATUS.fileSendSuccess) return 'h-5 bg-good'
  return isFailed(status) ? 'h-2 bg-bad' : 'h-3.5 border border-busy'
}

function RowMenu({ task }: { task: TaskRow }) {
  const m = useMessages()
  const action = useTaskAction()
  const navigate = useNavigate()
  const isPaused = task.status === 'paused'
  return (
    <Menu
      label={`${m.common.more}: ${task.name}`}
      size="small"
      actions={[
        {
          key: 'run',
          title: m.task.run,
          icon: <Zap aria-hidden size={15} />,
          do: () => action.mutate({ verb: 'run', tasks: [task] }),
        },
        isPaused
          ? {
              key: 'resume',
              title: m.task.resume,
              icon: <CirclePlay aria-hidden size={15} />,
              do: () => action.mutate({ verb: 'resume', tasks: [task] }),
            }
          : {
              key: 'pause',
              title: m.task.pause,
              icon: <CirclePause aria-hidden size={15} />,
              do: () => action.mutate({ verb: 'pause', tasks: [task] }),
            },
        {
          key: 'duplicate',
          title: m.task.duplicate,
          icon: <CopyPlus aria-hidden size={15} />,
          isSeparated: true,
          do: () => void navigate({ to: '/tasks/new', search: { from: String(task.id) } }),
        },
      ]}
    >
      <Ellipsis aria-hidden size={17} />
    </Menu>
  )
}
