import { parseRecords } from '@datahub/core/bucket/csv'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Prints a folder as a tree with sizes, leaving out hidden files. */
export async function printTree(folder: string, indent = ''): Promise<void> {
  if (indent === '') console.log(folder)
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1
    const path = join(folder, name)
    const facts = await stat(path)
    console.log(
      `${indent}${last ? '└─ ' : '├─ '}${name}${facts.isDirectory() ? '/' : `  ${facts.size.toLocaleString('en')} bytes`}`,
    )
    if (facts.isDirectory()) await printTree(path, indent + (last ? '   ' : '│  '))
  }
}

const SHOWN = [
  'Execution Record ID',
  'Trigger Time',
  'End Time',
  'Status',
  'File Name',
  'File Size (B)',
  'Failure Reason',
]

/** Prints each task's sync log, without the columns that are too wide for a terminal. */
export async function printSyncLogs(bucket: string): Promise<void> {
  for (const taskId of (await readdir(join(bucket, 'reports'))).sort()) {
    const path = join(bucket, 'reports', taskId, `sync_log_${taskId}.csv`)
    const [header = [], ...rows] = parseRecords(await readFile(path, 'utf8'))
    const columns = SHOWN.map((name) => header.indexOf(name))
    console.log(`\n${path}`)
    printTable([header, ...rows].map((row) => columns.map((column) => row[column] ?? '')))
  }
}

function printTable(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  for (const row of rows)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
}
