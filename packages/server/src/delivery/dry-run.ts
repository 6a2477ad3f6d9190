import { randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { formatCsvName } from '@datahub/core/bucket/names'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { dayOf, type DataRange } from '@datahub/core/execution/data-range'
import type { Source } from '@datahub/core/source/source'
import type { Deflater } from '../package/deflater.ts'
import { createPackage } from '../package/package-writer.ts'
import { untilReady } from '../sources/read-report.ts'
import { packReport } from './pack-report.ts'

const MOST_MINUTES = 10

export interface DryRunRequest {
  readonly dataSource: string
  readonly range: DataRange
  /** Undefined: all reports. */
  readonly tables: readonly string[] | undefined
}

/** What a dry run works with. */
export interface DryRunTools {
  readonly deflater: Deflater
  readonly temporaryDir: string
  now(): Promise<Date>
}

/**
 * The package that a delivery of this range would store, made the same way, in a file that removes itself once it has
 * been read. Task 0 stands in the names, which no task has.
 */
export async function makeDryRun(source: Source, request: DryRunRequest, tools: DryRunTools): Promise<File> {
  const signal = AbortSignal.timeout(MOST_MINUTES * 60_000)
  const folder = await mkdtemp(join(tools.temporaryDir, 'dry-run-'))
  try {
    const path = join(folder, 'package.zip')
    const now = await tools.now()
    const day = dayOf(now, request.range.timeZone).replaceAll('-', '')
    await pack(source, request, path, day, now, tools.deflater, signal)
    const blob = await openAsBlob(path, { type: 'application/zip' })
    return new ReadOnce(blob, `${request.dataSource}_0_${day}_dry_run.zip`, folder)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw signal.aborted ? tookTooLong() : error
  }
}

async function pack(
  source: Source,
  { range, tables }: DryRunRequest,
  path: string,
  day: string,
  modifiedAt: Date,
  deflater: Deflater,
  signal: AbortSignal,
): Promise<void> {
  const all = await source.reports(signal)
  const missing = tables?.find((table) => !all.some((report) => report.table === table))
  if (missing !== undefined) {
    const hint = `Choose from ${all.map((report) => report.table).join(', ')}.`
    throw new DataHubError('request.not_found', `find the report "${missing}"`, { hint })
  }
  const reports = all.filter((report) => tables === undefined || tables.includes(report.table))
  const asked = { requestId: randomUUID(), range, tables: reports.map((report) => report.table) }
  const dispatched = await source.dispatch(asked, signal)
  try {
    await untilReady(source, dispatched, signal)
    await using writer = await createPackage({ path, deflater, modifiedAt })
    for (const report of reports) {
      const stream = await source.read(dispatched, report.table, signal)
      await packReport(report, stream, formatCsvName(report.table, 0, day), writer, signal, () => undefined)
    }
    await writer.seal()
  } finally {
    await dispatched.close()
  }
}

function tookTooLong(): DataHubError {
  const hint = `A dry run may take ${MOST_MINUTES} minutes: choose fewer days or reports.`
  return new DataHubError('source.timeout', 'make the dry run', { hint })
}

/** A file on disk whose folder goes when it has been read, or nobody wants the rest. */
class ReadOnce extends File {
  readonly #folder: string

  constructor(blob: Blob, name: string, folder: string) {
    super([blob], name, { type: blob.type })
    this.#folder = folder
  }

  override stream(): ReturnType<File['stream']> {
    const reader = super.stream().getReader()
    const remove = () => rm(this.#folder, { recursive: true, force: true })
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        controller.close()
        await remove()
      },
      async cancel(reason) {
        await reader.cancel(reason)
        await remove()
      },
    })
  }
}
