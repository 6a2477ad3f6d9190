import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { isFailed, isFinal, type Status } from '@datahub/core/execution/status'
import { CodeValue } from '../../components/code.tsx'
import { CopyButton } from '../../components/copy.tsx'
import { Facts } from '../../components/page.tsx'
import { useQuantities } from '../../components/quantity.ts'
import { Instant } from '../../components/time/time.tsx'
import { useMessages } from '../../i18n/messages.tsx'
import { ExecutionLog } from './execution-log.tsx'
import { FailureBlock } from './failure-block.tsx'
import { Progress } from './progress.tsx'
import { StageTimeline } from './stage-timeline.tsx'

/** All that is known of an execution. `atMs`: when the hub has said it. */
export function ExecutionDetails({ execution, atMs }: { execution: ExecutionDetail; atMs: number }) {
  const m = useMessages()
  const { count, bytes } = useQuantities()
  const zone = execution.dataRange.timeZone
  const rows = execution.rows ?? execution.progress?.rows ?? null
  const size = execution.sizeBytes ?? execution.progress?.sizeBytes ?? null
  return (
    <>
      {execution.failure && (isFailed(execution.status as Status) || execution.retryAt) && (
        <FailureBlock execution={execution} failure={execution.failure} />
      )}
      <StageTimeline timeline={execution.timeline} atMs={atMs} />
      {!isFinal(execution.status as Status) && <Progress execution={execution} />}
      <Facts
        facts={[
          [m.execution.column.trigger, m.status.trigger[execution.trigger]],
          [m.execution.column.triggered, <Instant key="t" at={execution.triggeredAt} zone={zone} seconds />],
          ...(execution.retryAt
            ? ([
                [m.execution.retryAt, <Instant key="r" at={execution.retryAt} zone={zone} seconds relative />],
              ] as const)
            : []),
          [m.execution.column.rows, rows === null ? '–' : count(rows)],
          [m.execution.column.size, size === null ? '–' : bytes(size)],
          [
            m.execution.column.file,
            execution.fileName ? <CodeValue key="f" text={execution.fileName} what={m.execution.column.file} /> : '–',
          ],
          [m.execution.requestId, <CodeValue key="q" text={execution.requestId} what={m.execution.requestId} />],
          [m.execution.syncLog, execution.syncLog === 'published' ? m.execution.published : m.execution.pending],
        ]}
      />
      {execution.attempts.length > 0 && (
        <section>
          <h3 className="mb-2 font-semibold">{m.execution.attempts}</h3>
          <ol className="divide-y divide-line/70 rounded-md border border-line">
            {execution.attempts.map(({ attempt, startedAt, endedAt, failure }) => (
              <li key={attempt} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2">
                <span className="font-medium">{m.execution.attempt(attempt)}</span>
                <Instant at={startedAt} zone={zone} seconds />
                <span className="text-soft">→</span>
                <Instant at={endedAt} zone={zone} seconds />
                {failure && <code className="font-mono text-sm text-bad">{failure.code}</code>}
              </li>
            ))}
          </ol>
        </section>
      )}
      {execution.files.length > 0 && (
        <section>
          <h3 className="mb-2 font-semibold">{m.execution.files}</h3>
          <ul className="divide-y divide-line/70 rounded-md border border-line">
            {execution.files.map((file) => (
              <li key={file.fileName} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-3 py-2">
                <code className="min-w-0 font-mono text-sm break-all">{file.fileName}</code>
                <span className="num flex items-center gap-3 text-sm text-soft">
                  {m.execution.rowCount(count(file.rows))} · {bytes(file.sizeBytes)}
                  <CopyButton text={file.sha256} label="SHA-256" what={`SHA-256 ${file.fileName}`} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <ExecutionLog execution={execution} isRunning={!isFinal(execution.status as Status)} />
    </>
  )
}
