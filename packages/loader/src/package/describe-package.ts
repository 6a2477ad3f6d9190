import type { Manifest, ManifestReport } from '@datahub/core/bucket/manifest'
import { sniffColumns } from '../csv/sniff-columns.ts'
import { Refusal } from '../problem.ts'
import type { Delivered } from '../tables/table-plan.ts'
import type { ZipEntry, ZipFile } from './zip-file.ts'

export interface DeliveredFile {
  readonly delivered: Delivered
  readonly file: ZipEntry
}

/**
 * The reports of a package with their columns: as the manifest has them, after a comparison with the zip's directory, or
 * as their values look. Throws a Refusal when manifest and zip disagree.
 */
export async function describePackage(zip: ZipFile, manifest: Manifest | undefined): Promise<DeliveredFile[]> {
  if (manifest) return compare(zip, manifest)
  const described: DeliveredFile[] = []
  for (const file of zip.files) {
    const { columns } = await sniffColumns(zip.read(file))
    if (columns.length === 0) throw new Refusal(`${file.fileName} has no header`)
    described.push({ file, delivered: { fileName: file.fileName, table: file.table, columns } })
  }
  return described
}

function compare(zip: ZipFile, manifest: Manifest): DeliveredFile[] {
  const files = new Map(zip.files.map((file) => [file.fileName, file]))
  const described = manifest.reports.map((report): DeliveredFile => {
    const file = files.get(report.fileName)
    if (!file)
      throw new Refusal(`the zip lacks ${JSON.stringify(report.fileName.slice(0, 200))}, which the manifest has`)
    files.delete(report.fileName)
    if (file.table !== report.table)
      throw new Refusal(`the manifest gives ${report.fileName} to the table ${report.table}`)
    if (file.sizeBytes !== report.sizeBytes) {
      throw new Refusal(
        `${report.fileName} has ${file.sizeBytes} bytes in the zip and ${report.sizeBytes} in the manifest`,
      )
    }
    return {
      file,
      delivered: deliveredBy(report),
    }
  })
  const [extra] = files.keys()
  if (extra !== undefined) throw new Refusal(`the zip holds ${extra}, which the manifest does not have`)
  return described
}

/** A report as the manifest describes it. */
export function deliveredBy({
  fileName,
  table,
  columns,
  rows,
  sizeBytes,
  sha256,
  primaryKey,
  replaceByRange,
}: ManifestReport): Delivered {
  return {
    fileName,
    table,
    columns,
    promised: { rows, sizeBytes, sha256 },
    ...(primaryKey && { primaryKey }),
    ...(replaceByRange && { dateColumn: replaceByRange.dateColumn }),
  }
}
