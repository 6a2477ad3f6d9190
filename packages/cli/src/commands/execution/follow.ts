import type { ExecutionView } from '@datahub/core/api/execution-shapes'
import { EXIT } from '@datahub/core/error/codes'
import { STATUS } from '@datahub/core/execution/status'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Hub } from '../../client.ts'
import { Exit } from '../../exit-code.ts'
import type { Printer } from '../../output.ts'
import { ProblemError, problem } from '../../problem.ts'
import { startProgress, type ProgressState } from '../../progress.ts'
import { timeIn } from '../../time.ts'
import type { World } from '../../world.ts'
import { hasEnded, statusText } from './execution-view.ts'

const POLL_EVERY_MS = 500
/** A hub that restarts is back well within this; one that is not is down. */
const UNREACHABLE_FOR_MS = 60_000
/** The log follows the status within a second or two, unless another execution of the task writes it at that moment. */
const SYNC_LOG_WITHIN_MS = 60_000

/** How far along an execution is, by its status: what the hub can say for sure. */
const STAGES_DONE = new Map<number, number>([
  [STATUS.pending, 0],
  [STATUS.running, 1],
  [STATUS.dispatchSuccess, 2],
  [STATUS.filePending, 3],
  [STATUS.fileSendSuccess, 4],
])
const STAGES = 4

/**
 * Follows an execution with visible progress to its final status, and on until the sync log in the bucket shows it.
 * Ctrl-C stops the watching: it says how to look again and exits 130. A hub that restarts meanwhile is waited for.
 */
export async function followExecution(
  world: World,
  hub: Hub,
  started: ExecutionView,
  print: Printer,
): Promise<ExecutionView> {
  const progress = startProgress(world, print.json)
  const poll = patientPoll(world, () => hub.execution.get({ id: started.id }))
  try {
    let execution = started
    while (!hasEnded(execution)) {
      progress.update(stateOf(execution))
      execution = await poll()
    }
    progress.update(stateOf(execution))
    const logBy = world.clock.now().getTime() + SYNC_LOG_WITHIN_MS
    while (execution.syncLog === 'pending' && world.clock.now().getTime() < logBy) {
      progress.update({ ...stateOf(execution), step: `${execution.statusWords}, writing the sync log` })
      execution = await poll()
    }
    progress.end()
    if (execution.syncLog === 'pending') {
      print.note('Warning: the sync log in the bucket does not show this status yet. The hub goes on trying.')
    }
    return execution
  } catch (error) {
    progress.end()
    if (!world.interrupted.aborted) throw error
    print.note(
      `Stopped watching; execution ${started.id} goes on. Look again with: datahub execution show ${started.id}`,
    )
    throw new Exit(EXIT.interrupted)
  }
}

/** Throws unless it ended with status 6: work that failed is exit code 1, whatever the reason. */
export function failUnlessSent(execution: ExecutionView): void {
  if (execution.status === STATUS.fileSendSuccess) return
  const { failure } = execution
  const detail = `Execution ${execution.id} of "${execution.task}" ended with ${statusText(execution)}.`
  const base = problem('hub.internal', failure ? `${detail} ${failure.message}` : detail)
  throw new ProblemError(
    failure ? { ...base, title: failure.message, code: failure.code, cure: failure.cure, facts: failure.facts } : base,
    EXIT.failed,
  )
}

/** Asks now and then; a hub that restarts meanwhile is waited for. */
export function patientPoll<Answer>(world: World, ask: () => Promise<Answer>): () => Promise<Answer> {
  return async () => {
    const giveUpAt = world.clock.now().getTime() + UNREACHABLE_FOR_MS
    for (;;) {
      await world.sleep(POLL_EVERY_MS)
      world.interrupted.throwIfAborted()
      try {
        return await ask()
      } catch (error) {
        const isAway = error instanceof DataHubError && error.code === 'hub.unreachable'
        if (!isAway || world.interrupted.aborted || world.clock.now().getTime() >= giveUpAt) throw error
      }
    }
  }
}

function stateOf(execution: ExecutionView): ProgressState {
  const { id, task, status, statusWords, progress, retryAt, pollAt, dataRange } = execution
  const waiting =
    (retryAt && `attempt ${execution.attempt + 1} at ${timeIn(dataRange.timeZone, retryAt)}`) ||
    (pollAt && `the reports are being produced, asked after again ${timeIn(dataRange.timeZone, pollAt)}`)
  return {
    name: task,
    execution: id,
    status,
    step: waiting || progress?.step || statusWords,
    stage: [STAGES_DONE.get(status) ?? STAGES, STAGES],
    rows: progress?.rows ?? execution.rows ?? 0,
    sizeBytes: progress?.sizeBytes ?? execution.sizeBytes ?? 0,
  }
}
