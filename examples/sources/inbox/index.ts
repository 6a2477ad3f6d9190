import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Column } from '@datahub/core/bucket/column'
import { formatRecord } from '@datahub/core/bucket/csv'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { addDays } from '@datahub/core/execution/calendar'
import { daysOf, type DataRange } from '@datahub/core/execution/data-range'
import type { Dispatched, Source } from '@datahub/core/source/source'
import { tryEach } from '@datahub/server/foundation/try-each'
import type { SourceKind } from '@datahub/server/sources/kind'
import { reportFields } from '@datahub/server/sources/report-fields'
import { requireReport } from '@datahub/server/sources/require-report'
import { z } from 'zod'

/**
 * A connector whole: files `<folder>/<table>/<day>.jsonl`, one JSON object per line. Values are delivered as the texts that
 * they are; a day without a file has no rows.
 */

const CHUNK_UNITS = 64 * 1024

const Connection = z.strictObject({ folder: z.string().min(1) })

const Report = z.strictObject({
  table: reportFields.table,
  primaryKey: reportFields.primaryKey,
  columns: z.array(z.string().min(1)).min(1),
})

type Report = z.output<typeof Report>

/** Nothing is held open: the files are the snapshot, as far as files can be one. */
class InboxDispatch implements Dispatched {
  readonly snapshotAt = new Date()
  readonly range: DataRange

  constructor(range: DataRange) {
    this.range = range
  }

  async close(): Promise<void> {}
}

export const inbox: SourceKind<z.output<typeof Connection>, Report> = {
  kind: 'inbox',
  title: 'JSON Lines in a folder',
  connectionSchema: Connection,
  reportSchema: Report,
  secrets: [],

  admit({ folder }, _reports, { folders }) {
    const isAllowed = folders.some((allowed) => `${resolve(folder)}/`.startsWith(`${resolve(allowed)}/`))
    if (!isAllowed) throw new DataHubError('source.folder_forbidden', `read from ${folder}`)
  },

  open: ({ folder }, reports) => openInbox(folder, reports),
}

function openInbox(folder: string, reports: readonly Report[]): Source {
  return {
    kind: 'inbox',

    async reports() {
      return reports.map(({ table, primaryKey }) => ({
        table,
        dateColumn: 'day',
        ...(primaryKey ? { primaryKey } : {}),
      }))
    },

    async dispatch({ range, tables }, signal) {
      signal.throwIfAborted()
      for (const table of tables) await assertThere(folder, requireReport(reports, table))
      return new InboxDispatch(range)
    },

    async poll() {
      return 'ready'
    },

    async read(dispatched, table, signal) {
      if (!(dispatched instanceof InboxDispatch)) throw new TypeError('not dispatched by this source')
      const report = requireReport(reports, table)
      const columns: Column[] = ['day', ...report.columns].map((name) => ({
        name,
        type: name === 'day' ? 'date' : 'text',
        nullable: name !== 'day',
      }))
      let rows = 0
      async function* chunks(range: DataRange): AsyncGenerator<Uint8Array> {
        let text = formatRecord(columns.map(({ name }) => name))
        const { fromOn, toOn } = daysOf(range)
        for (let on = fromOn; on < toOn; on = addDays(on, 1)) {
          for await (const record of recordsOf(join(folder, table, `${on}.jsonl`), signal)) {
            text += formatRecord([on, ...report.columns.map((name) => textOf(record, name))])
            rows += 1
            if (text.length < CHUNK_UNITS) continue
            yield Buffer.from(text)
            text = ''
          }
        }
        yield Buffer.from(text)
      }
      return { columns, chunks: chunks(dispatched.range), rowsSent: () => rows }
    },

    check(signal) {
      const trials = reports.map((report) => ({
        name: `report:${report.table}`,
        title: `Find the folder of ${report.table}`,
        needs: [],
        async run() {
          await assertThere(folder, report)
          return 'It is there.'
        },
      }))
      return tryEach(trials, signal)
    },

    async close() {},
  }
}

async function assertThere(folder: string, { table }: Report): Promise<void> {
  const place = await stat(join(folder, table)).catch(() => undefined)
  if (place?.isDirectory()) return
  const cure = `Make the folder ${join(folder, table)}, or correct the table.`
  const fields = [{ field: 'table', problem: 'there is no folder of this name', cure }]
  throw new DataHubError('source.report_missing', `find the files of ${table}`, { hint: cure, fields })
}

async function* recordsOf(path: string, signal: AbortSignal): AsyncGenerator {
  if (!(await stat(path).catch(() => undefined))) return
  const file = createReadStream(path)
  try {
    for await (const line of createInterface({ input: file })) {
      signal.throwIfAborted()
      if (line !== '') yield JSON.parse(line)
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof SyntaxError)) throw error
    throw new DataHubError('source.incomplete', `read ${path}`)
  } finally {
    file.destroy()
  }
}

function textOf(record: unknown, name: string): string | null {
  const isObject = typeof record === 'object' && record !== null && Object.hasOwn(record, name)
  const value: unknown = isObject ? (record as Record<string, unknown>)[name] : null
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
