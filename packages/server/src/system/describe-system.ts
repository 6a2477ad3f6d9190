import type { SystemCheck, SystemView } from '@datahub/core/api/hub-shapes'
import type { DataHubError } from '@datahub/core/error/data-hub-error'
import { countTasksWithGaps } from '../coverage/coverage-store.ts'
import { databaseNow, type Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import { countWaiting } from '../executions/execution-store.ts'
import { listProcesses } from '../processes/process-store.ts'
import { countFailing } from '../sync-log/sync-log-store.ts'
import { version } from '../version.ts'
import { freeBytesIn } from './free-bytes.ts'
import { LEAST_FREE_BYTES, MOST_SKEW_MS, MOST_STORE_SKEW_MS } from './limits.ts'

export interface SystemFacts {
  readonly db: Database
  readonly instanceId: string
  readonly services: readonly string[]
  readonly database: 'embedded' | 'external'
  readonly dataDir: string
  /** What is wrong with the identity provider and its settings; undefined: there is none. */
  readonly signOn: (() => Promise<readonly DataHubError[]>) | undefined
}

/** The hub's own health, and that of the workspace's deliveries, as `datahub doctor` shows it. */
export async function describeSystem(facts: SystemFacts, scope: Scope): Promise<SystemView> {
  const { instanceId, database } = facts
  const checks = [
    await checkClock(facts.db),
    ...(await checkStoreClock(facts.db)),
    await checkDisk(facts.dataDir),
    ...(facts.signOn ? [checkOfSignOn(await facts.signOn())] : []),
    ...(await checkDeliveries(facts.db, scope)),
  ]
  return { version, instanceId, services: [...facts.services], database, now: new Date().toISOString(), checks }
}

async function checkClock(db: Database): Promise<SystemCheck> {
  const before = Date.now()
  const skewMs = Math.abs((await databaseNow(db)).getTime() - (before + Date.now()) / 2)
  const ok = skewMs < MOST_SKEW_MS
  const message = ok
    ? 'The clocks of hub and database agree.'
    : `The clocks of hub and database differ by ${Math.round(skewMs / 1000)} s.`
  return {
    name: 'clock',
    ok,
    message,
    amount: Math.round(skewMs / 1000),
    ...(ok ? {} : { remedy: 'Let both machines follow the same time server.' }),
  }
}

/** Of what all processes have heard; nothing where none delivers to a store that tells the time. */
async function checkStoreClock(db: Database): Promise<SystemCheck[]> {
  const heard = (await listProcesses(db)).flatMap(({ isAlive, name, store, storeOffMs }) =>
    isAlive && store !== null && storeOffMs !== null ? [{ name, store, storeOffMs }] : [],
  )
  const [worst] = heard.toSorted((a, b) => Math.abs(b.storeOffMs) - Math.abs(a.storeOffMs))
  if (!worst) return []
  const seconds = Math.round(Math.abs(worst.storeOffMs) / 1000)
  const ok = seconds * 1000 < MOST_STORE_SKEW_MS
  const way = worst.storeOffMs > 0 ? 'ahead of' : 'behind'
  const check = { name: 'store clock', ok, amount: seconds }
  if (ok) return [{ ...check, message: 'The clocks of hub and storages agree.' }]
  return [
    {
      ...check,
      message: `The clock of ${worst.name} is ${seconds} s ${way} that of the storage at ${worst.store}.`,
      remedy:
        'Let the machine follow a time server (NTP: "timedatectl set-ntp true", or chrony). From 15 minutes on S3 refuses what is signed by a wrong clock (RequestTimeTooSkewed), and schedules are off by as much already.',
    },
  ]
}

async function checkDisk(dataDir: string): Promise<SystemCheck> {
  const freeBytes = await freeBytesIn(dataDir)
  const ok = freeBytes > LEAST_FREE_BYTES
  const message = `${(freeBytes / 1e9).toFixed(1)} GB are free for staged packages.`
  return {
    name: 'disk',
    ok,
    message,
    amount: freeBytes,
    ...(ok ? {} : { remedy: `Free or add disk space under ${dataDir}.` }),
  }
}

function checkOfSignOn(problems: readonly DataHubError[]): SystemCheck {
  const [first] = problems
  const name = 'sso'
  if (!first)
    return { name, ok: true, message: 'The identity provider and the hub are set up for each other.', amount: 0 }
  const wrong = problems.flatMap(({ fields }) => fields)
  return {
    name,
    ok: false,
    amount: problems.length,
    message: wrong.length > 0 ? wrong.map(({ field, problem }) => `${field} ${problem}.`).join(' ') : first.message,
    remedy: wrong.length > 0 ? wrong.map(({ cure }) => cure).join(' ') : first.hint,
    failures: problems.map(({ code, message, hint, fields }) => ({
      code,
      detail: message,
      cure: hint,
      errors: [...fields],
    })),
  }
}

async function checkDeliveries(db: Database, scope: Scope): Promise<SystemCheck[]> {
  const [waiting, failing] = [await countWaiting(db, scope), await countFailing(db, scope)]
  const gapped = await countTasksWithGaps(db, scope)
  return [
    {
      name: 'executions',
      amount: waiting,
      ok: waiting === 0,
      message:
        waiting === 0
          ? 'No execution waits for another attempt.'
          : `Executions that failed and wait for another attempt: ${waiting}.`,
      ...(waiting === 0 ? {} : { remedy: 'See "datahub execution list".' }),
    },
    {
      name: 'sync logs',
      amount: failing,
      ok: failing === 0,
      message:
        failing === 0
          ? 'Every sync log is up to date or about to be.'
          : `Sync logs that cannot be written: ${failing}.`,
      ...(failing === 0 ? {} : { remedy: 'Test the destinations of the tasks: "datahub destination test <name>".' }),
    },
    {
      name: 'coverage',
      amount: gapped,
      ok: gapped === 0,
      message: gapped === 0 ? 'No task misses a data range.' : `Tasks that miss data ranges: ${gapped}.`,
      ...(gapped === 0
        ? {}
        : { remedy: 'See what is missing, and the command that fills it: "datahub task coverage <task>".' }),
    },
  ]
}
