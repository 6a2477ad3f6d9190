import { glob } from 'node:fs/promises'
import type { DiscoveredReport, Discovery, DiscoveryRequest } from '@datahub/core/source/discovery'
import { proposeDateColumn, proposeTable } from '../propose.ts'
import { describeColumn, type DuckdbColumn } from './column-types.ts'
import type { DuckdbEngine } from './engine-process.ts'
import { listFiles } from './files.ts'
import { describe, scan } from './report-plan.ts'
import { formatOf } from './settings.ts'

const DEPTHS = ['*', '*/*', '*/*/*', '*/*/*/*']
const MOST_FILES = 20_000

/** What could become a report: files that differ in the numbers of their names only, such as days, are one. */
export async function discoverFiles(
  engine: DuckdbEngine,
  folder: string,
  { match, limit }: DiscoveryRequest,
  signal: AbortSignal,
): Promise<Discovery> {
  const patterns = new Set<string>()
  let seen = 0
  for await (const path of glob(DEPTHS, { cwd: folder })) {
    signal.throwIfAborted()
    const pattern = path.replaceAll(/\d[\d._-]*\d|\d/g, '*')
    if (formatOf({ files: pattern }) && pattern.toLowerCase().includes(match.toLowerCase())) patterns.add(pattern)
    if ((seen += 1) >= MOST_FILES) break
  }
  const wanted = [...patterns].sort()
  const reports: DiscoveredReport[] = []
  for (const pattern of wanted.slice(0, limit)) reports.push(await describePattern(engine, folder, pattern, signal))
  return { reports, isCut: wanted.length > limit || seen >= MOST_FILES }
}

async function describePattern(
  engine: DuckdbEngine,
  folder: string,
  pattern: string,
  signal: AbortSignal,
): Promise<DiscoveredReport> {
  const doing = 'look into the files'
  let columns: DuckdbColumn[] = []
  let note: string | null = null
  try {
    const files = await listFiles(folder, pattern, doing, signal)
    columns = await describe(engine, scan(formatOf({ files: pattern }), files), doing, signal)
    if (formatOf({ files: pattern }) === 'csv') note = 'CSV says nothing of types: all columns are text.'
  } catch {
    signal.throwIfAborted()
    note = 'The files cannot be read as one table.'
  }
  const described = columns.map((column) => ({ ...describeColumn(column), sourceType: column.type }))
  const dateColumn = proposeDateColumn(described)
  return {
    title: pattern,
    kind: 'files',
    report: {
      table: proposeTable(pattern.replace(/\.[a-z]+(\.(gz|zst))?$/i, '').replaceAll(/[*=]+/g, ' ')),
      files: pattern,
      ...(dateColumn === undefined ? {} : { dateColumn }),
    },
    columns: described,
    rows: null,
    note,
  }
}
