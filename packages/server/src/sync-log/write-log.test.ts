import { formatSyncLog, parseSyncLog, type SyncLogRow } from '@datahub/core/bucket/sync-log'
import type { Destination } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openMemory, type MemoryObject } from '../destinations/memory/index.ts'
import { writeLog, type LogToWrite, type WrittenLog } from './write-log.ts'

const KEY = 'reports/1/sync_log_1.csv'
const signal = AbortSignal.timeout(60_000)

function row(executionId: number, requestId = `request-${executionId}`): SyncLogRow {
  return {
    executionId,
    taskId: 1,
    requestId,
    triggeredAt: new Date('2025-08-26T10:00:00Z'),
    startedAt: null,
    endedAt: null,
    sendStartedAt: null,
    status: 0,
    fileName: null,
    sizeBytes: null,
    failureReason: null,
  }
}

function log(rows: SyncLogRow[], written?: WrittenLog, instanceId = 'ours'): LogToWrite {
  return { taskId: 1, instanceId, rows, elsewhere: [], kept: written?.kept ?? [], version: written?.version ?? null }
}

function idsIn(objects: Map<string, MemoryObject>): number[] {
  return parseSyncLog(objects.get(KEY)?.bytes.toString() ?? '').map((one) => one.executionId)
}

function put(objects: Map<string, MemoryObject>, text: string, instance: string): void {
  objects.set(KEY, { bytes: Buffer.from(text), labels: { instance, sha256: 'x' }, version: `edited-${text.length}` })
}

test('R12: with the policy of the seed a missing log answers 403, and that is not an error', async () => {
  const objects = new Map<string, MemoryObject>()
  const memory = openMemory(objects)
  const strict: Destination = {
    ...memory,
    get: async (key, stop) => (objects.has(key) ? memory.get(key, stop) : 'unreadable'),
  }
  await writeLog(strict, log([row(1)]), signal)
  expect(idsIn(objects)).toEqual([1])
})

test('R12: when it is there and may not be read, that is said', async () => {
  const objects = new Map<string, MemoryObject>()
  const blind: Destination = { ...openMemory(objects), get: () => Promise.resolve('unreadable') }
  put(objects, formatSyncLog([row(1)]), 'ours')
  await expect(writeLog(blind, log([row(1)]), signal)).rejects.toMatchObject({ code: 'destination.unreadable' })
})

test('R13: a deleted log is made anew', async () => {
  const objects = new Map<string, MemoryObject>()
  const memory = openMemory(objects)
  const written = await writeLog(memory, log([row(1)]), signal)
  objects.delete(KEY)
  await writeLog(memory, log([row(1), row(2)], written), signal)
  expect(idsIn(objects)).toEqual([1, 2])
})

test('R13: a deleted log is made anew, also where what is missing is answered with 403', async () => {
  const objects = new Map<string, MemoryObject>()
  const memory = openMemory(objects)
  const strict: Destination = {
    ...memory,
    get: async (key, stop) => (objects.has(key) ? memory.get(key, stop) : 'unreadable'),
  }
  const written = await writeLog(strict, log([row(1)]), signal)
  objects.delete(KEY)
  await writeLog(strict, log([row(1), row(2)], written), signal)
  expect(idsIn(objects)).toEqual([1, 2])
})

test('R13: rows that an older backup of the database does not know are kept, for good', async () => {
  const objects = new Map<string, MemoryObject>()
  const memory = openMemory(objects)
  await writeLog(memory, log([row(1), row(2), row(3)]), signal)
  const restored = await writeLog(memory, log([row(1)]), signal)
  expect(idsIn(objects)).toEqual([1, 2, 3])
  await writeLog(memory, log([row(1), row(4)], restored), signal)
  expect(idsIn(objects)).toEqual([1, 2, 3, 4])
})

test('R13: a number that a restored database gives out again replaces no row that was published', async () => {
  const objects = new Map<string, MemoryObject>()
  const memory = openMemory(objects)
  await writeLog(memory, log([row(1), row(2)]), signal)
  const restored = await writeLog(memory, log([row(1), row(2, 'another')]), signal)
  expect(parseSyncLog(objects.get(KEY)?.bytes.toString() ?? '').map((one) => one.requestId)).toEqual([
    'request-1',
    'request-2',
  ])
  expect(restored.kept.map((one) => one.executionId)).toEqual([2])
})

test('R13: a log that somebody spoilt is written whole again', async () => {
  const objects = new Map<string, MemoryObject>()
  const memory = openMemory(objects)
  const written = await writeLog(memory, log([row(1)]), signal)
  put(objects, 'not a log', 'ours')
  await writeLog(memory, log([row(1), row(2)], written), signal)
  expect(idsIn(objects)).toEqual([1, 2])
})

test('R15: a writer who read the database before an execution ended does not take its end back', async () => {
  const objects = new Map<string, MemoryObject>()
  const memory = openMemory(objects)
  const first = await writeLog(memory, log([row(1)]), signal)
  const ended: SyncLogRow = { ...row(1), status: 3, failureReason: 'the data source cannot be reached' }
  await writeLog(memory, log([ended], first), signal)
  await writeLog(memory, log([{ ...row(1), status: 1 }], first), signal)
  expect(parseSyncLog(objects.get(KEY)?.bytes.toString() ?? '').map((one) => one.status)).toEqual([3])
})

test.each([
  ['labelled by another installation', formatSyncLog([row(1, 'theirs')]), 'theirs'],
  ['without labels, of executions we never had', formatSyncLog([row(1, 'theirs')]), undefined],
  ['that is no log at all', 'hello', undefined],
])('R14: a log %s is never overwritten', async (_what, text, instance) => {
  const objects = new Map<string, MemoryObject>()
  put(objects, text, instance as string)
  await expect(writeLog(openMemory(objects), log([row(1)]), signal)).rejects.toMatchObject({
    code: 'destination.directory_taken',
  })
  expect(objects.get(KEY)?.bytes.toString()).toBe(text)
})

test('R11: writers that finish together, with lost answers, lose no row and double none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
      async (scheduler, losses) => {
        const objects = new Map<string, MemoryObject>()
        const memory = openMemory(objects)
        let writes = 0
        const flaky: Destination = {
          ...memory,
          get: scheduler.scheduleFunction((key: string, stop: AbortSignal) => memory.get(key, stop)),
          putVersion: scheduler.scheduleFunction(async (...input: Parameters<Destination['putVersion']>) => {
            const stored = await memory.putVersion(...input)
            if (losses[writes++ % losses.length]) throw new DataHubError('destination.timeout', 'store')
            return stored
          }),
        }
        const known: SyncLogRow[] = []
        const finish = async (executionId: number) => {
          known.push(row(executionId))
          for (let tries = 0; tries < 40; tries += 1) {
            try {
              return await writeLog(flaky, log([...known]), signal)
            } catch (error) {
              if (!(error instanceof DataHubError)) throw error
            }
          }
          throw new Error('never written')
        }
        await scheduler.waitFor(Promise.all([1, 2, 3, 4].map(finish)))
        expect(idsIn(objects)).toEqual([1, 2, 3, 4])
      },
    ),
    { numRuns: 200 },
  )
})
