import type { DestinationView } from '@datahub/core/api/destination-shapes'
import type { ExecutionView } from '@datahub/core/api/execution-shapes'
import type { TaskView } from '@datahub/core/api/task-shapes'
import { STATUS } from '@datahub/core/execution/status'
import { useQuery } from '@tanstack/react-query'
import { query } from '../../api/hub.ts'
import { CodeBlock, CodeValue } from '../../components/code.tsx'
import { Card } from '../../components/page.tsx'
import { useQuantities } from '../../components/quantity.ts'
import { Answer, Empty } from '../../components/states.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { DataRange, Instant } from '../../components/time/time.tsx'
import { useMessages } from '../../i18n/messages.tsx'

/** What the receiver sees, and how they get it into their database. */
export function FilesTab({ task }: { task: TaskView }) {
  const m = useMessages()
  const { count, bytes } = useQuantities()
  const destination = useQuery(query.destination.get.queryOptions({ input: { name: task.destination } }))
  const sent = useQuery(
    query.execution.list.queryOptions({
      input: { task: String(task.id), status: [STATUS.fileSendSuccess], limit: 100 },
      refetchInterval: 10_000,
    }),
  )
  const columns: readonly Column<ExecutionView>[] = [
    {
      key: 'file',
      title: m.execution.column.file,
      cell: ({ fileName }) => <CodeValue text={fileName ?? ''} what={m.execution.column.file} />,
    },
    { key: 'range', title: m.execution.column.range, cell: ({ dataRange }) => <DataRange range={dataRange} /> },
    {
      key: 'rows',
      title: m.execution.column.rows,
      isNumber: true,
      cell: ({ rows }) => (rows === null ? '–' : count(rows)),
    },
    {
      key: 'size',
      title: m.execution.column.size,
      isNumber: true,
      cell: ({ sizeBytes }) => (sizeBytes === null ? '–' : <span title={count(sizeBytes)}>{bytes(sizeBytes)}</span>),
    },
    {
      key: 'sent',
      title: m.execution.column.sent,
      isMinor: true,
      cell: ({ endedAt, dataRange }) => <Instant at={endedAt} zone={dataRange.timeZone} />,
    },
  ]
  return (
    <div className="flex flex-col gap-5">
      <Answer of={destination}>{(view) => <Recipes task={task} destination={view} />}</Answer>
      <Answer of={sent}>
        {({ items }) => (
          <Card flush title={m.taskPage.filesTitle}>
            {items.length === 0 ? (
              <Empty title={m.taskPage.noFiles}>{m.taskPage.noFilesHint}</Empty>
            ) : (
              <Table caption={m.taskPage.filesTitle} columns={columns} rows={items} keyOf={({ id }) => id} />
            )}
          </Card>
        )}
      </Answer>
    </div>
  )
}

function Recipes({ task, destination }: { task: TaskView; destination: DestinationView }) {
  const m = useMessages()
  const text = (field: string) => (typeof destination[field] === 'string' ? destination[field] : '')
  const isS3 = destination.kind === 's3'
  const prefix = text('prefix').replace(/\/?$/, text('prefix') ? '/' : '')
  const root = isS3 ? `s3://${text('bucket')}` : text('path')
  const folder = `${root}/${prefix}reports/${task.id}/`
  const endpoint = text('endpoint') ? ` --endpoint-url ${text('endpoint')}` : ''
  const bucket = isS3 ? `${root}/${prefix}`.replace(/\/$/, '') : root
  const load = [
    'datahub-loader load',
    `  --bucket ${bucket}`,
    `  --task ${task.id}`,
    '  --into postgres://user@localhost/warehouse',
  ].join(' \\\n')
  return (
    <Card>
      <div className="flex flex-col gap-4">
        <p className="flex flex-col gap-1">
          <span className="min-w-0">
            <span className="text-soft">{m.taskPage.folder}</span> <CodeValue text={folder} what={m.taskPage.folder} />
          </span>
          <span className="min-w-0">
            <span className="text-soft">{m.taskPage.log}</span>{' '}
            <CodeValue text={`sync_log_${task.id}.csv`} what={m.taskPage.log} />
          </span>
        </p>
        <div className="grid gap-4 lg:grid-cols-2">
          <div className="min-w-0">
            <h2 className="mb-1.5 text-sm font-medium">{m.taskPage.load}</h2>
            <CodeBlock text={load} what={m.taskPage.load} />
          </div>
          {isS3 && (
            <div className="min-w-0">
              <h2 className="mb-1.5 text-sm font-medium">{m.taskPage.download}</h2>
              <CodeBlock
                text={`aws s3 cp --recursive --region ${text('region')}${endpoint} \\\n  ${folder} ./reports/${task.id}/`}
                what={m.taskPage.download}
              />
            </div>
          )}
        </div>
      </div>
    </Card>
  )
}
