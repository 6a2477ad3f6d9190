import { codes } from '../error/codes.ts'
import { classOf } from '../error/error-class.ts'
import { STORAGE_ERRORS, STORAGE_SITUATIONS, type StorageError } from './storage-errors.ts'

const CLASSES = {
  transient: 'It passes by itself and is tried again for hours',
  ambiguous: 'It may pass or be yours: it is tried three times, then the execution fails',
  user: 'It waits for your change; the next scheduled delivery tries again',
  ours: 'It is a defect of Data Hub: report it',
} as const

/** The page of the documentation that says what each error of a storage means, in Markdown. */
export function storageErrorsPage(): string {
  return (
    [
      '# What a storage may answer, and what to do',
      'Made from the table that the hub itself uses; do not edit. The code in the heading is what the details of an execution show, and what stands in brackets at the end of a Failure Reason in the sync log.',
      ...section('Codes', STORAGE_ERRORS),
      ...section('Codes that mean different things', STORAGE_SITUATIONS),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  )
}

function section(title: string, rows: Readonly<Record<string, StorageError>>): string[] {
  return [`## ${title}`, ...Object.entries(rows).flatMap(([name, row]) => entry(name, row))]
}

function entry(name: string, { code, remedy }: StorageError): string[] {
  const { summary, cure, status } = codes[code]
  const sentence = `${summary[0]?.toUpperCase()}${summary.slice(1)}.`
  return [
    `### ${name}`,
    `${sentence} ${remedy?.meanwhile ?? cure}`,
    `${CLASSES[classOf(code)]}. Hub code \`${code}\`, sync log status ${status}.`,
  ]
}
