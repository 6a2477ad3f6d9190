import type { DestinationView } from '@datahub/core/api/destination-shapes'
import type { FilePage } from '@datahub/core/api/live-shapes'
import type { TaskView } from '@datahub/core/api/task-shapes'
import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { query } from '../../../api/hub.ts'
import { watched } from '../../../app/live/live.ts'
import { CodeBlock, CodeValue } from '../../../components/code.tsx'
import { CopyButton } from '../../../components/copy.tsx'
import { FreshRows } from '../../../components/fresh-rows.tsx'
import { useHeldRows, type Answered } from '../../../components/held-rows.ts'
import { Card, Facts } from '../../../components/page.tsx'
import { Pager, type PagePlace } from '../../../components/pager.tsx'
import { useQuantities } from '../../../components/quantity.ts'
import { Answer, Empty } from '../../../components/states.tsx'
import { Table, type Column } from '../../../components/table.tsx'
import { DataRange, Instant } from '../../../components/time/time.tsx'
import { Disclosure } from '../../../components/ui/disclosure.tsx'
import { useMessages } from '../../../i18n/messages.tsx'
import { useTaskPageWords } from '../../../i18n/task-page.ts'
import { awsRecipe, loaderRecipe, pythonRecipe, type RecipeFacts } from './recipes.ts'

type File = FilePage['items'][number]

/** What the receiver sees, and how they get it into their database. */
export function FilesTab({ task, page: { cursor, goTo } }: { task: TaskView; page: PagePlace }) {
  const w = useTaskPageWords()
  const destination = useQuery(query.destination.get.queryOptions({ input: { name: task.destination } }))
  const files = useQuery(
    query.live.files.queryOptions({
      input: { task: String(task.id), ...(cursor === undefined ? {} : { cursor }) },
      refetchInterval: watched,
    }),
  )
  return (
    <div className="flex flex-col gap-5">
      <Answer of={destination}>{(view) => <Recipes task={task} destination={view} />}</Answer>
      <Answer of={files}>
        {(page) => (
          <Card flush title={w.filesTitle}>
            {page.items.length === 0 && page.previous === null ? (
              <Empty title={w.noFiles}>{w.noFilesHint}</Empty>
            ) : (
              <Files answer={files} list={`${task.id} ${cursor}`} files={page.items} />
            )}
            <Pager page={page} goTo={goTo} />
          </Card>
        )}
      </Answer>
    </div>
  )
}

interface FilesProps {
  answer: Answered
  list: string
  files: readonly File[]
}

function Files({ answer, list, files }: FilesProps) {
  const m = useMessages()
  const { shown, fresh, showFresh } = useHeldRows(answer, list, files, ({ executionId }) => executionId)
  const w = useTaskPageWords()
  const { count, bytes } = useQuantities()
  const columns: readonly Column<File>[] = [
    {
      key: 'file',
      title: m.execution.column.file,
      cell: ({ key, supersededBy }) => (
        <>
          <CodeValue text={key.slice(key.lastIndexOf('/') + 1)} what={m.execution.column.file} />
          {supersededBy !== null && <span className="block text-sm text-warn">{w.superseded(supersededBy)}</span>}
        </>
      ),
    },
    { key: 'range', title: m.execution.column.range, cell: ({ dataRange }) => <DataRange range={dataRange} /> },
    { key: 'rows', title: m.execution.column.rows, isNumber: true, cell: ({ rows }) => count(rows) },
    {
      key: 'size',
      title: m.execution.column.size,
      isNumber: true,
      cell: ({ sizeBytes }) => <span title={count(sizeBytes)}>{bytes(sizeBytes)}</span>,
    },
    {
      key: 'sent',
      title: m.execution.column.sent,
      isMinor: true,
      cell: ({ sentAt, dataRange }) => <Instant at={sentAt} zone={dataRange.timeZone} />,
    },
    {
      key: 'hash',
      title: 'SHA-256',
      isMinor: true,
      cell: ({ key, sha256 }) => (
        <span className="inline-flex items-center gap-1">
          <code className="font-mono text-sm text-soft" title={sha256}>
            {sha256.slice(0, 8)}…
          </code>
          <CopyButton text={sha256} what={`SHA-256 ${key}`} />
        </span>
      ),
    },
  ]
  return (
    <>
      <FreshRows count={fresh.length} words={m.common.changes} onShow={showFresh} />
      <Table caption={w.filesTitle} columns={columns} rows={shown} keyOf={({ executionId }) => executionId} />
    </>
  )
}

function Recipes({ task, destination }: { task: TaskView; destination: DestinationView }) {
  const w = useTaskPageWords()
  const text = (field: string) => (typeof destination[field] === 'string' ? destination[field] : '')
  const isS3 = destination.kind === 's3'
  const facts: RecipeFacts = {
    taskId: task.id,
    root: isS3 ? `s3://${text('bucket')}` : text('path'),
    prefix: text('prefix').replace(/\/?$/, text('prefix') ? '/' : ''),
    isS3,
    region: text('region'),
    endpoint: text('endpoint'),
  }
  const more = [
    ...(isS3
      ? [
          { title: w.download, text: awsRecipe(facts) },
          { title: w.python, text: pythonRecipe(facts) },
        ]
      : []),
  ]
  return (
    <Card>
      <div className="flex flex-col gap-4">
        <Facts
          facts={[
            [w.folder, <CodeValue key="f" text={`${facts.root}/${facts.prefix}reports/${task.id}/`} what={w.folder} />],
            [w.log, <CodeValue key="l" text={`sync_log_${task.id}.csv`} what={w.log} />],
          ]}
        />
        <div className="grid gap-4 lg:grid-cols-2">
          {[{ title: w.load, text: loaderRecipe(facts) }, ...more].map(({ title, text }) => (
            <div key={title} className="min-w-0">
              <h2 className="mb-1.5 text-sm font-medium">{title}</h2>
              <CodeBlock text={text} what={title} />
            </div>
          ))}
        </div>
        <Disclosure title={w.seeLog} icon={<ChevronRight aria-hidden size={16} />}>
          <SyncLog taskId={task.id} />
        </Disclosure>
      </div>
    </Card>
  )
}

/** The log as the receiver reads it. */
function SyncLog({ taskId }: { taskId: number }) {
  const w = useTaskPageWords()
  const log = useQuery(query.live.syncLog.queryOptions({ input: { task: String(taskId) }, refetchInterval: watched }))
  return (
    <Answer of={log}>
      {({ text, isPublished }) => (
        <div className="flex flex-col gap-2">
          <p className="text-sm text-soft">{isPublished ? w.logPublished : w.logPending}</p>
          <CodeBlock text={text} what={w.log} />
        </div>
      )}
    </Answer>
  )
}
