import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BackfillDetail, BackfillView } from '@datahub/core/api/backfill-shapes'
import { ExecutionPage } from '@datahub/core/api/execution-shapes'
import { z } from 'zod'
import type { HubProcess } from '../e2e/hub-process.ts'
import { compareTables } from './customer.ts'
import { DAYS, type Load } from './load.ts'
import { startAgain } from './mishaps.ts'
import type { CrashReport } from './report.ts'
import type { Scene } from './scene.ts'

const REST_MS = 600_000
/** A killed hub's lease on the log runs out, and the cleaner's minute passes. */
const SETTLE_MS = 180_000

/** Everything works again: what was asked for is delivered and loaded, once more the newest of each day; then it is compared. */
export async function comeToRest(scene: Scene, load: Load, report: CrashReport): Promise<void> {
  const { hubs, workers, loader, customer, source, target } = scene
  for (const hub of [...hubs, ...workers]) await requireRunning(hub, report)
  const deadline = Date.now() + REST_MS
  // A backfill leaves out what is under way, and that may show what the source held before its numbers changed last
  const earlier = z.array(BackfillView).parse(await hubs[0].ask('GET', '/backfills?limit=1000'))
  for (const { id } of earlier) await untilDelivered(hubs[0], id, { mustBeWhole: false }, deadline, report)
  const last = await load.backfill(DAYS)
  if (last === undefined) report.problems.push('lost: the last backfill leaves out every day')
  else await untilDelivered(hubs[0], last, { mustBeWhole: true }, deadline, report)
  await within(SETTLE_MS, async () => {
    await customer.look()
    const { items } = ExecutionPage.parse(await hubs[0].ask('GET', '/executions?limit=100'))
    return items.every(({ endedAt, syncLog }) => endedAt !== null && syncLog === 'published')
  })
  for (let tries = 0; (await loader.run()) !== 0; tries += 1)
    if (tries === 5) {
      report.problems.push('lost: the loader does not get through')
      break
    }
  await customer.lookAtAll()
  Object.assign(report, customer.counts())
  report.problems.push(...new Set(customer.problems), ...(await compareTables(source, target, DAYS)))
  for (const hub of [...hubs, ...workers]) {
    const staged = () => readdir(join(hub.dataDir, 'staging')).catch(() => [])
    if (!(await within(SETTLE_MS, async () => (await staged()).length === 0)))
      report.problems.push(`left: ${(await staged()).length} staged packages`)
  }
}

/** Nobody but we may have ended it: a hub outlives its database and its network. */
async function requireRunning(hub: HubProcess, report: CrashReport): Promise<void> {
  if (hub.isRunning) return
  report.problems.push(`down: a hub ended by itself: ${hub.log.trimEnd().split('\n').slice(-3).join(' ')}`)
  await startAgain(hub)
}

async function untilDelivered(
  hub: HubProcess,
  id: number,
  { mustBeWhole }: { mustBeWhole: boolean },
  deadline: number,
  report: CrashReport,
): Promise<void> {
  for (;;) {
    const detail = BackfillDetail.parse(await hub.ask('GET', `/backfills/${id}`))
    const executions = detail.ranges.flatMap(({ executionId }) => executionId ?? [])
    if (new Set(executions).size !== executions.length)
      report.problems.push(`doubled: one execution for two ranges of backfill ${id}`)
    if (detail.state === 'finished') return
    // What three broken connections have ended is asked for again, as the manual says
    if (detail.state === 'failed') {
      if (!mustBeWhole) return
      await hub.ask('POST', `/backfills/${id}/retry`)
    }
    if (Date.now() > deadline)
      return void report.problems.push(`lost: backfill ${id} does not end: ${JSON.stringify(detail.counts)}`)
    await sleep(1000)
  }
}

/** Looks again and again until it is so; false when that takes too long. */
async function within(ms: number, isSo: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = Date.now() + ms; Date.now() < deadline; await sleep(2000)) if (await isSo()) return true
  return false
}
