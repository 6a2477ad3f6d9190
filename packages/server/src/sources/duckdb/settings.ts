import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { deadlineMinutes, keepKeys, reportFields } from '../report-fields.ts'

export const DuckdbConnection = z.strictObject({
  folder: z
    .string()
    .max(4096)
    .refine((path) => isAbsolute(path) && !path.includes('\0'), 'an absolute path on the server')
    .meta({
      description: 'Folder on the server that has the files; the operator must allow it (DATAHUB_FOLDERS_ALLOW)',
    }),
  deadlineMinutes,
})

export type DuckdbConnection = z.output<typeof DuckdbConnection>

export const FORMATS = ['parquet', 'csv', 'json'] as const
export type Format = (typeof FORMATS)[number]

export const DuckdbReport = z
  .strictObject({
    ...reportFields,
    files: z
      .string()
      .min(1, 'must not be empty')
      .max(1024)
      .refine(staysInside, 'a path relative to the folder, without ..')
      .meta({ description: 'Files under the folder: `sales/2024-*.parquet`, `**/*.csv`' }),
    format: z
      .enum(FORMATS)
      .optional()
      .meta({ description: 'What the files are; by their extension when absent. .gz and .zst are unpacked' }),
  })
  .superRefine(keepKeys)
  .superRefine((report, context) => {
    if (formatOf(report)) return
    context.addIssue({ code: 'custom', path: ['format'], message: 'the extension does not tell: parquet, csv or json' })
  })

export type DuckdbReport = z.output<typeof DuckdbReport>

const EXTENSIONS: Readonly<Record<string, Format>> = {
  parquet: 'parquet',
  pq: 'parquet',
  csv: 'csv',
  tsv: 'csv',
  json: 'json',
  jsonl: 'json',
  ndjson: 'json',
}

/** The format given, or the one that the extension in the pattern tells. */
export function formatOf(report: { readonly files: string; readonly format?: Format | undefined }): Format | undefined {
  const extension = /\.([a-z]+)(?:\.(?:gz|zst))?$/i.exec(report.files)?.[1] ?? ''
  return report.format ?? EXTENSIONS[extension.toLowerCase()]
}

function staysInside(pattern: string): boolean {
  return !isAbsolute(pattern) && !/[\\\0]/.test(pattern) && !pattern.includes('..')
}
