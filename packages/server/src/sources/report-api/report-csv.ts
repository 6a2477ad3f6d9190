import { formatRecord } from '@datahub/core/bucket/csv'
import type { Column } from '@datahub/core/bucket/column'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { CsvStream } from '@datahub/core/source/source'
import { stepsOf, valueAt } from './answer-path.ts'
import { csvRecords } from './csv-records.ts'
import { FieldWatch } from './field-watch.ts'
import { fieldText } from './field-text.ts'
import { jsonRecords } from './json-records.ts'
import type { Order } from './orders.ts'
import type { ReportApiConnection, ReportApiReport, ReportColumn } from './settings.ts'

/** The file of an order, unpacked, and how many rows the service says it has. */
export interface ReportFile {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly rows: number | undefined
}

/** The columns of a report in its CSV: the account first, where it has a column. */
export function columnsOf({ accountColumn }: ReportApiConnection, report: ReportApiReport): Column[] {
  const own = report.columns.map(({ name, type, nullable, precision, scale }) => ({
    name,
    type,
    nullable,
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
  }))
  return accountColumn === undefined ? own : [{ name: accountColumn, type: 'text', nullable: false }, ...own]
}

/** The files of a report's orders as one CSV in our dialect. `open`: the file; undefined where there are no rows. */
export function toCsv(
  connection: ReportApiConnection,
  report: ReportApiReport,
  orders: readonly Order[],
  open: (order: Order) => Promise<ReportFile | undefined>,
  signal: AbortSignal,
): CsvStream {
  const columns = columnsOf(connection, report)
  const watch = new FieldWatch(report.columns)
  let rows = 0

  async function* chunks(): AsyncGenerator<Uint8Array> {
    signal.throwIfAborted()
    yield Buffer.from(formatRecord(columns.map(({ name }) => name)))
    for (const order of orders) {
      const file = await open(order)
      if (!file) continue
      const lead = connection.accountColumn === undefined ? [] : [order.account]
      let count = 0
      for await (const batch of recordsOf(connection, report, file.bytes, watch)) {
        signal.throwIfAborted()
        let text = ''
        for (const record of batch) text += formatRecord([...lead, ...fieldsOf(record, report)])
        count += batch.length
        yield Buffer.from(text)
      }
      assertAll(file.rows, count, report)
      rows += count
    }
  }

  return { columns, chunks: chunks(), rowsSent: () => rows, remarks: () => watch.remarks(report.table) }
}

/** Values in the order of the report's columns. */
async function* recordsOf(
  { download }: ReportApiConnection,
  report: ReportApiReport,
  bytes: AsyncIterable<Uint8Array>,
  watch: FieldWatch,
): AsyncGenerator<unknown[][]> {
  const doing = `read the report ${report.table}`
  if (download.format === 'csv') {
    const names = report.columns.map(({ name, from }) => from ?? name)
    yield* csvRecords(bytes, names, doing, (header) => watch.seeFields(header))
    return
  }
  const path = download.records === undefined ? [] : stepsOf(download.records).map(String)
  const readers = report.columns.map(readerOf)
  for await (const batch of jsonRecords(bytes, { path, lines: download.format === 'json-lines', doing })) {
    yield batch.map((record) => {
      if (typeof record !== 'object' || record === null || Array.isArray(record))
        throw new DataHubError('source.answer_unreadable', doing, {
          hint: 'A record is not an object of names and values.',
        })
      const values = readers.map((read) => read(record))
      watch.see(record, values)
      return values
    })
  }
}

function readerOf({ name, from }: ReportColumn): (record: object) => unknown {
  const path = from === undefined ? [name] : stepsOf(from)
  return (record) => valueAt(record, path)
}

function fieldsOf(values: readonly unknown[], report: ReportApiReport): (string | null)[] {
  return report.columns.map(({ name, type, nullable }, index) => {
    const text = fieldText(values[index], type)
    if (text !== undefined && (text !== null || nullable)) return text
    throw new DataHubError('source.value_unreadable', `read the column ${name} of the report ${report.table}`, {
      hint:
        text === null
          ? `There is a record without ${name}: leave nullable: false out, or correct "from" of the column.`
          : `There is a value that is no ${type}: give the column another type, such as text.`,
    })
  })
}

/** A file that is cut off between two records looks whole. */
function assertAll(told: number | undefined, count: number, report: ReportApiReport): void {
  if (told === undefined || told === count) return
  throw new DataHubError('source.download_failed', `read the report ${report.table}`, {
    facts: { rowsTold: told, rowsReceived: count },
  })
}
