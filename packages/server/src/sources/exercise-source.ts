import { setTimeout as sleep } from 'node:timers/promises'
import { parseRecords } from '@datahub/core/bucket/csv'
import type { CheckStep } from '@datahub/core/check/check-step'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import type { Source } from '@datahub/core/source/source'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readReport, untilReady } from './read-report.ts'

/** A source of the kind under test, with data that the suite knows enough about. */
export interface ExerciseSubject {
  readonly source: Source
  /** A report cut by a date column: rows on every day from `firstOn` to `lastOn` (three at least), 2 MB of CSV or more. */
  readonly table: string
  readonly dateColumn: string
  readonly firstOn: string
  readonly lastOn: string
  /** A day on which that report has no rows. */
  readonly emptyOn: string
  /** A report full of values that break careless code, and what must come out of it, sorted as text. */
  readonly nasty?: {
    readonly table: string
    readonly header: readonly string[]
    readonly records: readonly (readonly (string | null)[])[]
  }
  /** The same source with one report, `lost`, whose table or files are not there, or which the service does not know. */
  readonly broken?: Source
  /** How much this source still holds open in its engine: connections, processes, pipes. */
  leftOpen(): Promise<number>
  close(): Promise<void>
}

const never = new AbortController().signal
const PROMPTLY_MS = 3_000

/**
 * What every source must do, whatever it reads. A source that makes its data up itself has neither values of ours to
 * keep nor anything that could be missing; one that takes orders learns what is missing when it places one.
 */
export function exerciseSource(
  kind: string,
  open: () => Promise<ExerciseSubject>,
  { makesItsOwnData = false, takesOrders = false }: { makesItsOwnData?: boolean; takesOrders?: boolean } = {},
): void {
  describe(`${kind}, as a source`, () => {
    let subject: ExerciseSubject
    const read = (firstOn: string, lastOn: string, timeZone = 'UTC') =>
      readReport(subject.source, subject.table, rangeOfDays(firstOn, lastOn, timeZone))
    const dispatchAll = async () => {
      const range = rangeOfDays(subject.firstOn, subject.lastOn, 'UTC')
      const request = { requestId: 'exercise', range, tables: [subject.table] }
      const dispatched = await subject.source.dispatch(request, never)
      await untilReady(subject.source, dispatched, never)
      return dispatched
    }

    beforeAll(async () => {
      subject = await open()
    })

    afterAll(async () => {
      await subject.source.close()
      await subject.broken?.close()
      expect(await settled(() => subject.leftOpen())).toBe(0)
      await subject.close()
    })

    test('names the reports it was opened with', async () => {
      expect(subject.source.kind).toBe(kind)
      const reports = await subject.source.reports(never)
      expect(reports.map((report) => report.table)).toContain(subject.table)
    })

    test('writes a header that says what the columns are, and counts the rows it sends', async () => {
      const { columns, text, rowsSent } = await read(subject.firstOn, subject.firstOn)
      const [header, ...records] = parseRecords(text)
      expect(header).toEqual(columns.map((column) => column.name))
      expect(records.length).toBeGreaterThan(0)
      expect(rowsSent).toBe(records.length)
      for (const record of records) expect(record).toHaveLength(columns.length)
    })

    test('writes UTF-8 without a mark, lines that end in LF, and a LF at the end', async () => {
      const { bytes, text } = await read(subject.firstOn, subject.firstOn)
      expect(Buffer.from(text, 'utf8').equals(bytes)).toBe(true)
      expect(text.startsWith('\uFEFF')).toBe(false)
      expect(text.endsWith('\n')).toBe(true)
    })

    test.each(['UTC', 'America/Los_Angeles', 'Asia/Shanghai'])(
      'gives each row once over adjacent ranges, the last day excluded nowhere (%s)',
      async (timeZone) => {
        const lines = (text: string) =>
          parseRecords(text)
            .slice(1)
            .map((record) => JSON.stringify(record))
        const middleOn = nextDay(subject.firstOn)
        const whole = lines((await read(subject.firstOn, nextDay(middleOn), timeZone)).text)
        const first = lines((await read(subject.firstOn, subject.firstOn, timeZone)).text)
        const rest = lines((await read(middleOn, nextDay(middleOn), timeZone)).text)
        expect(first.length).toBeGreaterThan(0)
        expect(rest.length).toBeGreaterThan(0)
        expect([...first, ...rest].sort()).toEqual(whole.sort())
        expect(new Set(whole).size).toBe(whole.length)
      },
    )

    test('gives only rows of the range', async () => {
      const { columns, text } = await read(subject.firstOn, subject.firstOn)
      const at = columns.findIndex((column) => column.name === subject.dateColumn)
      for (const record of parseRecords(text).slice(1)) expect(record[at]?.slice(0, 10)).toBe(subject.firstOn)
    })

    test('R31: gives a header only where there are no rows', async () => {
      const { columns, text, rowsSent } = await read(subject.emptyOn, subject.emptyOn)
      expect(parseRecords(text)).toEqual([columns.map((column) => column.name)])
      expect(rowsSent).toBe(0)
    })

    test('gives the same bytes however slowly they are taken', async () => {
      const at = await dispatchAll()
      const slow: Uint8Array[] = []
      for await (const chunk of (await subject.source.read(at, subject.table, never)).chunks) {
        slow.push(Buffer.from(chunk))
        await sleep(5)
      }
      await at.close()
      const quick = await read(subject.firstOn, subject.lastOn)
      expect(Buffer.concat(slow).length).toBeGreaterThan(2_000_000)
      expect(sortedLines(Buffer.concat(slow))).toEqual(sortedLines(quick.bytes))
    })

    test('refuses a report that it does not have, and names those it has', async () => {
      const request = {
        requestId: 'exercise',
        range: rangeOfDays('2024-01-01', '2024-01-01', 'UTC'),
        tables: [`${subject.table}x`],
      }
      const dispatched = subject.source.dispatch(request, never)
      await expect(dispatched).rejects.toMatchObject({
        code: 'source.report_missing',
        hint: expect.stringContaining(subject.table),
      })
    })

    test('ends promptly when it is aborted while reading, and leaves nothing open', async () => {
      const dispatched = await dispatchAll()
      const stop = new AbortController()
      const { chunks } = await subject.source.read(dispatched, subject.table, stop.signal)
      const iterator = chunks[Symbol.asyncIterator]()
      await iterator.next()
      const reason = new Error('enough')
      const startedAt = performance.now()
      stop.abort(reason)
      await expect(drain(iterator)).rejects.toBe(reason)
      await dispatched.close()
      expect(performance.now() - startedAt).toBeLessThan(PROMPTLY_MS)
      expect(await settled(() => subject.leftOpen())).toBe(0)
    })

    test('leaves nothing open when the reader walks away', async () => {
      const dispatched = await dispatchAll()
      for await (const chunk of (await subject.source.read(dispatched, subject.table, never)).chunks) {
        if (chunk.length > 0) break
      }
      await dispatched.close()
      await dispatched.close()
      expect(await settled(() => subject.leftOpen())).toBe(0)
    })

    test('does nothing when it is aborted beforehand', async () => {
      const reason = new Error('not at all')
      const request = { requestId: 'exercise', range: rangeOfDays('2024-01-01', '2024-01-01', 'UTC'), tables: [] }
      await expect(subject.source.dispatch(request, AbortSignal.abort(reason))).rejects.toBe(reason)
      expect(await settled(() => subject.leftOpen())).toBe(0)
    })

    test('passes its own check', async () => {
      const steps = await collect(subject.source.check(never))
      expect(steps.filter((step) => step.verdict !== 'passed')).toEqual([])
      expect(steps.map((step) => step.name)).toContain(`report:${subject.table}`)
    })

    if (makesItsOwnData) return

    test('R31: keeps every value as it is', async () => {
      const { nasty } = subject
      if (!nasty) throw new Error('the subject has no nasty report')
      const range = rangeOfDays(subject.firstOn, subject.lastOn, 'UTC')
      const { columns, text, rowsSent } = await readReport(subject.source, nasty.table, range)
      const [header, ...records] = parseRecords(text)
      expect(header).toEqual(nasty.header)
      expect(columns.map((column) => column.name)).toEqual(nasty.header)
      expect(records.map((record) => JSON.stringify(record)).sort()).toEqual(
        nasty.records.map((record) => JSON.stringify(record)).sort(),
      )
      expect(rowsSent).toBe(nasty.records.length)
    })

    test('says what is missing, at dispatch and as a verdict of its check', async () => {
      const { broken } = subject
      if (!broken) throw new Error('the subject has no broken source')
      const request = { requestId: 'exercise', range: rangeOfDays('2024-01-01', '2024-01-01', 'UTC'), tables: ['lost'] }
      if (takesOrders) {
        await expect(broken.dispatch(request, never)).rejects.toMatchObject({ code: 'source.refused' })
        return
      }
      await expect(broken.dispatch(request, never)).rejects.toMatchObject({
        code: 'source.report_missing',
        fields: [expect.objectContaining({ cure: expect.stringMatching(/\w/) })],
      })
      const failed = (await collect(broken.check(never))).filter((step) => step.verdict === 'failed')
      expect(failed).toMatchObject([{ name: 'report:lost', remedy: expect.stringMatching(/\w/) }])
      expect(await settled(() => subject.leftOpen())).toBe(0)
    })
  })
}

async function drain(iterator: AsyncIterator<Uint8Array>): Promise<void> {
  while (!(await iterator.next()).done);
}

async function collect(steps: AsyncIterable<CheckStep>): Promise<CheckStep[]> {
  const collected: CheckStep[] = []
  for await (const step of steps) collected.push(step)
  return collected
}

/** A count that goes down by itself in a moment: engines notice a closed connection a little later. */
async function settled(count: () => Promise<number>): Promise<number> {
  const deadline = performance.now() + PROMPTLY_MS
  for (;;) {
    const left = await count()
    if (left === 0 || performance.now() > deadline) return left
    await sleep(20)
  }
}

function sortedLines(bytes: Buffer): string[] {
  return bytes.toString('utf8').split('\n').sort()
}

function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}
