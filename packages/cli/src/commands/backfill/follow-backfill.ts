import type { BackfillView } from '@datahub/core/api/backfill-shapes'
import { EXIT } from '@datahub/core/error/codes'
import type { Hub } from '../../client.ts'
import { Exit } from '../../exit-code.ts'
import type { Printer } from '../../output.ts'
import { problem, ProblemError } from '../../problem.ts'
import { startLines, type ProgressLine } from '../../progress.ts'
import { sizeWords } from '../../quantity.ts'
import { visible } from '../../style.ts'
import { durationWords } from '../../time.ts'
import type { World } from '../../world.ts'
import { patientPoll } from '../execution/follow.ts'
import { countWordsOf } from './backfill-view.ts'

const BAR_WIDTH = 12

/**
 * Follows a backfill with visible progress until nothing of it is under way any more. Ctrl-C stops the watching: it says
 * how to look again and exits 130.
 */
export async function followBackfill(world: World, hub: Hub, id: number, print: Printer): Promise<BackfillView> {
  const lines = startLines(world, print.json)
  const poll = patientPoll(world, () => hub.backfill.get({ id }))
  try {
    let backfill: BackfillView = await hub.backfill.get({ id })
    while (backfill.state === 'running' || backfill.counts.running > 0) {
      lines.update(lineOf(backfill))
      backfill = await poll()
    }
    lines.update(lineOf(backfill))
    lines.end()
    return backfill
  } catch (error) {
    lines.end()
    if (!world.interrupted.aborted) throw error
    print.note(`Stopped watching; backfill ${id} goes on. Look again with: datahub backfill watch ${id}`)
    throw new Exit(EXIT.interrupted)
  }
}

/** Throws unless every range was delivered: work that failed is exit code 1. */
export function failUnlessDelivered(backfill: BackfillView): void {
  if (backfill.state === 'finished') return
  const { id, task, state } = backfill
  const base = problem('hub.internal', `Backfill ${id} of "${task}" is ${state}: ${countWordsOf(backfill)}.`)
  const next = state === 'paused' ? 'resume' : 'retry'
  throw new ProblemError(
    { ...base, title: `the backfill is ${state}`, code: 'backfill.failed', cure: `datahub backfill ${next} ${id}` },
    EXIT.failed,
  )
}

function lineOf(backfill: BackfillView): ProgressLine {
  const { id, task, state, counts, rows, sizeBytes, etaMs } = backfill
  const { delivered, failed, running, waiting } = counts
  const over = delivered + failed
  const all = over + running + waiting
  const filled = all === 0 ? BAR_WIDTH : Math.floor((over / all) * BAR_WIDTH)
  const parts = [`${visible(task)} backfill ${id}`, countWordsOf(backfill)]
  if (sizeBytes > 0) parts.push(sizeWords(sizeBytes))
  if (etaMs !== null) parts.push(`about ${durationWords(etaMs)} to go`)
  return {
    bar: '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled),
    parts,
    step: `${state} ${over}`,
    fields: `backfill=${id} state=${state} delivered=${delivered} failed=${failed} running=${running} waiting=${waiting} rows=${rows} bytes=${sizeBytes} eta=${etaMs === null ? '?' : `${Math.round(etaMs / 1000)}s`}`,
  }
}
