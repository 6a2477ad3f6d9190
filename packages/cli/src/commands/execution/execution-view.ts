import type { ExecutionDetail, ExecutionView } from '@datahub/core/api/shapes'
import { isFailed, isFinal, isStatus } from '@datahub/core/execution/status'
import { countWords, sizeWords } from '../../quantity.ts'
import { visible, type Paint, type Tone } from '../../style.ts'
import { block, table } from '../../table.ts'
import { durationWords, rangeWords, timeIn } from '../../time.ts'

type Failure = NonNullable<ExecutionView['failure']>

/** `file send fail (7)`: the words for people, the number because consumers read it in the sync log. */
export function statusText(execution: ExecutionView): string {
  return `${execution.statusWords} (${execution.status})`
}

/** Whether no attempt will change it any more. */
export function hasEnded({ status }: ExecutionView): boolean {
  return isStatus(status) && isFinal(status)
}

function tone({ status }: ExecutionView): Tone {
  if (isStatus(status) && isFailed(status)) return 'red'
  return status === 6 ? 'green' : 'yellow'
}

/** An execution as a readable block; with its attempts, files and log where they are known. */
export function executionBlock(execution: ExecutionView | ExecutionDetail, paint: Paint): string {
  const { timeZone } = execution.dataRange
  const { startedAt, endedAt, failure, progress } = execution
  const at = (instant: string | null) => timeIn(timeZone, instant) ?? undefined
  const summary = block(
    [
      ['Status', paint(tone(execution), statusText(execution))],
      ['Task', `${visible(execution.task)} #${execution.taskId}`],
      ['Data range', `${rangeWords(execution.dataRange)} ${timeZone}`],
      ['Trigger', `${execution.trigger}, ${at(execution.triggeredAt)}`],
      ['Request ID', execution.requestId],
      ['Attempt', execution.attempt === 0 ? undefined : String(execution.attempt)],
      ['Started', at(startedAt)],
      ['Next attempt', at(execution.retryAt)],
      ['Reports', execution.pollAt ? `being produced, asked after again ${at(execution.pollAt)}` : undefined],
      ['Ended', endedAt ? `${at(endedAt)}${startedAt ? ` (${tookWords(startedAt, endedAt)})` : ''}` : undefined],
      ['Now', progress ? `${visible(progress.step)}, ${amounts(progress.rows, progress.sizeBytes)}` : undefined],
      ['Package', execution.fileName ?? undefined],
      ['Amount', execution.rows === null ? undefined : amounts(execution.rows, execution.sizeBytes ?? 0)],
      [
        'Sync log',
        execution.syncLog === 'published' ? 'published' : 'pending: the bucket does not show this status yet',
      ],
      ['Failure', failure ? failureText(failure) : undefined],
      ['Try', failure ? visible(failure.cure) : undefined],
    ],
    paint,
  )
  const head = `${paint('bold', `Execution ${execution.id}`)}\n${summary}`
  return 'files' in execution ? [head, ...detailParts(execution, paint)].join('\n\n') : head
}

function detailParts({ attempts, files, events, dataRange }: ExecutionDetail, paint: Paint): string[] {
  const at = (instant: string | null) => timeIn(dataRange.timeZone, instant)
  const parts: string[] = []
  if (files.length > 0) {
    parts.push(
      table(
        files,
        [
          { title: 'FILE', value: (file) => file.fileName },
          { title: 'TABLE', value: (file) => file.table },
          { title: 'ROWS', value: (file) => countWords(file.rows), align: 'right' },
          { title: 'SIZE', value: (file) => sizeWords(file.sizeBytes), align: 'right' },
          { title: 'SHA-256', value: (file) => file.sha256 },
        ],
        paint,
      ),
    )
  }
  if (attempts.length > 0) {
    parts.push(
      table(
        attempts,
        [
          { title: 'ATTEMPT', value: (attempt) => attempt.attempt, align: 'right' },
          { title: 'STARTED', value: (attempt) => at(attempt.startedAt) },
          { title: 'ENDED', value: (attempt) => at(attempt.endedAt) },
          { title: 'WORKER', value: (attempt) => attempt.worker },
          { title: 'FAILURE', value: (attempt) => attempt.failure && failureText(attempt.failure) },
        ],
        paint,
      ),
    )
  }
  if (events.length > 0) {
    parts.push(
      table(
        events,
        [
          { title: 'AT', value: (event) => at(event.at) },
          { title: 'ATTEMPT', value: (event) => event.attempt, align: 'right' },
          { title: 'STEP', value: (event) => event.step },
          { title: 'LOG', value: (event) => event.message },
        ],
        paint,
      ),
    )
  }
  return parts
}

/** `destination.access_denied: Could not send …` */
function failureText({ code, message }: Failure): string {
  return `${code}: ${visible(message)}`
}

function amounts(rows: number, sizeBytes: number): string {
  return `${countWords(rows)} rows, ${sizeWords(sizeBytes)}`
}

function tookWords(startedAt: string, endedAt: string): string {
  return `took ${durationWords(Date.parse(endedAt) - Date.parse(startedAt))}`
}
