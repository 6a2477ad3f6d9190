import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isStatus } from '../execution/status.ts'
import { parseRecords } from './csv.ts'
import { formatSyncLog, neutralizeReason, parseSyncLog, SYNC_LOG_COLUMNS, type SyncLogRow } from './sync-log.ts'

const row: SyncLogRow = {
  executionId: 42,
  taskId: 161,
  requestId: '3f0e9a52-6d0b-4a53-9a8e-0d6a1f6f1c11',
  triggeredAt: new Date('2025-08-26T10:00:00.000Z'),
  startedAt: new Date('2025-08-26T10:00:01.500Z'),
  endedAt: new Date('2025-08-26T10:02:00.123Z'),
  sendStartedAt: new Date('2025-08-26T10:01:00.000Z'),
  status: 6,
  fileName: 'market_insight_161_20250826_0000000042.zip',
  sizeBytes: 1234567,
  failureReason: null,
}

test('reads as the seed describes it', () => {
  expect(formatSyncLog([row])).toBe(
    'Execution Record ID,Task ID,Request ID,Trigger Time,Start Time,End Time,File Send Time,Status,File Name,File Size (B),Failure Reason\n' +
      '42,161,3f0e9a52-6d0b-4a53-9a8e-0d6a1f6f1c11,2025-08-26 10:00:00.000,2025-08-26 10:00:01.500,2025-08-26 10:02:00.123,2025-08-26 10:01:00.000,6,market_insight_161_20250826_0000000042.zip,1234567,\n',
  )
})

const instant = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
const anyRow: fc.Arbitrary<SyncLogRow> = fc.record({
  executionId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  taskId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  requestId: fc.uuid(),
  triggeredAt: instant,
  startedAt: fc.option(instant),
  endedAt: fc.option(instant),
  sendStartedAt: fc.option(instant),
  status: fc.integer({ min: 0, max: 8 }).filter(isStatus),
  fileName: fc.option(fc.stringMatching(/^[a-z]{1,9}\.zip$/)),
  sizeBytes: fc.option(fc.nat()),
  failureReason: fc.option(fc.string().map((text) => neutralizeReason(text))),
})

test('parse undoes format', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyRow, { selector: (one) => one.executionId, maxLength: 6 }), (rows) => {
      expect(parseSyncLog(formatSyncLog(rows))).toEqual(rows.toSorted((a, b) => a.executionId - b.executionId))
    }),
  )
})

test('rows of unknown executions are kept in their place, known ones win', () => {
  const old = { ...row, executionId: 7, status: 7 as const, failureReason: 'old' }
  const stale = { ...row, status: 1 as const }
  expect(parseSyncLog(formatSyncLog([row], [stale, old]))).toEqual([old, row])
})

test('R16: whatever the reason holds, it stays one record of 11 columns and no formula', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 2000 }),
        fc.stringMatching(/^[=+\-@ ][\r\n",'\0\t=cmd|!A1]{0,400}$/),
      ),
      (reason) => {
        const records = parseRecords(formatSyncLog([{ ...row, failureReason: reason }]))
        expect(records.map((record) => record.length)).toEqual([SYNC_LOG_COLUMNS.length, SYNC_LOG_COLUMNS.length])
        const shown = records[1]?.[10] ?? ''
        expect([...shown].length).toBeLessThanOrEqual(300)
        expect(shown).not.toMatch(/^[=+\-@]|[\p{Cc}]/u)
      },
    ),
  )
})

test('a header cell with a line break, as the seed prints it, is read', () => {
  expect(parseSyncLog(formatSyncLog([row]).replace('File Send Time', '"File Send Time\n"'))).toEqual([row])
})

test('says which line and column is wrong', () => {
  expect(() => parseSyncLog('a,b\n1,2\n')).toThrow(/header lacks Execution Record ID/)
  expect(() => parseSyncLog(formatSyncLog([row]).replace(',6,', ',9,'))).toThrow(
    'sync log, line 2: Status 9 is not one of 0 to 8',
  )
})
