import type { ExecutionDetail, ExecutionView, LogPage } from '@datahub/core/api/execution-shapes'
import { isFailed, isFinal, isStatus } from '@datahub/core/execution/status'
import { countOf, countWords, sizeWords } from '../../quantity.ts'
import { visible, type Paint, type Tone } from '../../style.ts'
import { block, table } from '../../table.ts'
import { durationWords, rangeWords, timeIn } from '../../time.ts'

type Diagnosis = NonNullable<ExecutionDetail['diagnosis']>

const SIDE_WORDS: Record<Diagnosis['side'], string> = {
  source: "the data source's",
  destination: "the destination's",
  hub: "the hub's",
  nobody: "nobody's: it was wanted so, or passes by itself",
}

const FAULT_WORDS: Record<Diagnosis['fault'], string> = {
  customer: 'its owner has to act',
  operator: 'the operator of the hub has to act',
  service: 'a defect or a passing fault of the hub itself',
}

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
  const diagnosis = 'diagnosis' in execution ? execution.diagnosis : null
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
      ...liveFacts(execution),
      ['Package', execution.fileName ?? undefined],
      ['Amount', execution.rows === null ? undefined : amounts(execution.rows, execution.sizeBytes ?? 0)],
      [
        'Sync log',
        execution.syncLog === 'published' ? 'published' : 'pending: the bucket does not show this status yet',
      ],
      ['Failure', failure ? failureText(failure) : undefined],
      ['Fault', diagnosis ? faultText(diagnosis) : undefined],
      ['Try', failure ? visible(diagnosis?.remedy ?? failure.cure) : undefined],
    ],
    paint,
  )
  const head = `${paint('bold', `Execution ${execution.id}`)}\n${summary}`
  return 'files' in execution ? [head, ...detailParts(execution, paint)].join('\n\n') : head
}

/** `the destination's; its owner has to act` */
function faultText({ side, fault }: Diagnosis): string {
  return side === 'nobody' ? SIDE_WORDS.nobody : `${SIDE_WORDS[side]}; ${FAULT_WORDS[fault]}`
}

/** What only one that is looked at by itself tells: its stages, how fast it is, and the package that waits on disk. */
function liveFacts(execution: ExecutionView | ExecutionDetail): [string, string | undefined][] {
  if (!('timeline' in execution)) return []
  const { timeline, pace, staged, dataRange } = execution
  const until = staged && timeIn(dataRange.timeZone, staged.keptUntil)
  return [
    ['Stages', timeline.flatMap(stageWords).join(', ') || undefined],
    ['Pace', pace ? paceWords(pace) : undefined],
    ['Staged', staged ? `${sizeWords(staged.sizeBytes)}, kept until ${until ?? 'this attempt ends'}` : undefined],
  ]
}

/** `generate 20.8 s (waited 6 s)` */
function stageWords({ name, state, workMs, waitMs }: ExecutionDetail['timeline'][number]): string[] {
  if (state === 'none' && workMs + waitMs === 0) return []
  const waited = waitMs > 0 ? `waited ${durationWords(waitMs)}` : ''
  if (workMs === 0) return [`${name} ${waited || durationWords(0)}`]
  return [`${name} ${durationWords(workMs)}${waited && ` (${waited})`}`]
}

function paceWords({ bytesPerSecond, share, etaMs }: NonNullable<ExecutionDetail['pace']>): string {
  const rate = `${sizeWords(bytesPerSecond)}/s`
  if (share === null || etaMs === null) return rate
  return `${rate}, ${Math.floor(share * 100)} %, about ${durationWords(etaMs)} to go`
}

function detailParts({ id, attempts, files, log, dataRange }: ExecutionDetail, paint: Paint): string[] {
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
  if (log.earlier > 0) parts.push(`${countOf(log.earlier, 'earlier line')}: datahub execution log ${id}\n`)
  if (log.lines.length > 0) parts.push(logTable(log.lines, dataRange.timeZone, paint))
  return parts
}

/** Lines of the log of an execution, in the order in which they come. */
export function logTable(lines: LogPage['lines'], timeZone: string, paint: Paint): string {
  return table(
    lines,
    [
      { title: 'AT', value: (line) => timeIn(timeZone, line.at) },
      { title: 'ATTEMPT', value: (line) => line.attempt, align: 'right' },
      { title: 'LEVEL', value: (line) => line.level },
      { title: 'STEP', value: (line) => line.step },
      { title: 'LOG', value: (line) => line.message },
    ],
    paint,
  )
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
