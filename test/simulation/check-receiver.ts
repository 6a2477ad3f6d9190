import { parseManifest } from '@datahub/core/bucket/manifest'
import { daysOf } from '@datahub/core/execution/data-range'
import type { Mode } from '../../packages/loader/src/tables/table-mapping.ts'
import type { SimulatedS3 } from './s3.ts'
import type { SimulatedPackage } from './stores/package-writer.ts'

interface Delivered {
  readonly executionId: number
  readonly supersedes: readonly number[]
  readonly snapshotAt: string
  readonly fromOn: string
  readonly toOn: string
  /** `2025-01-01,0,3`, without a header. */
  readonly lines: readonly string[]
}

/**
 * I4: what a receiver must have in his table, computed from nothing but the delivered packages. Of each day the newest
 * package counts; where rows are put in by key, the newest that has the key; where they are added, all packages that none
 * newer restates.
 */
export function expectedRows(s3: SimulatedS3, directory: string, fileNames: Iterable<string>, mode: Mode): string[] {
  const packages = [...fileNames].flatMap((name) => readPackage(s3, `${directory}${name}`) ?? []).sort(byAge)
  if (mode === 'append')
    return packages
      .filter(
        ({ executionId }, at) => !packages.slice(at + 1).some(({ supersedes }) => supersedes.includes(executionId)),
      )
      .flatMap(({ lines }) => lines)
  const byDay = new Map<string, readonly string[]>()
  const byKey = new Map<string, string>()
  for (const { fromOn, toOn, lines } of packages) {
    const days = Map.groupBy(lines, (line) => line.slice(0, line.indexOf(',')))
    for (const day of [...byDay.keys()]) if (day >= fromOn && day < toOn) byDay.delete(day)
    for (const [day, rows] of days) byDay.set(day, rows)
    for (const line of lines) byKey.set(line.slice(0, line.lastIndexOf(',')), line)
  }
  return mode === 'upsert' ? [...byKey.values()] : [...byDay.values()].flat()
}

/** What differs, each as often as it does: what is missing, and what is there too often or should not be. */
export function compareRows(
  expected: readonly string[],
  found: readonly string[],
): { lost: string[]; extra: string[] } {
  const open = new Map<string, number>()
  for (const row of expected) open.set(row, (open.get(row) ?? 0) + 1)
  for (const row of found) open.set(row, (open.get(row) ?? 0) - 1)
  const those = (passes: (count: number) => boolean) =>
    [...open].filter(([, count]) => passes(count)).map(([row]) => row)
  return { lost: those((count) => count > 0), extra: those((count) => count < 0) }
}

function byAge(a: Delivered, b: Delivered): number {
  return a.snapshotAt < b.snapshotAt ? -1 : a.snapshotAt > b.snapshotAt ? 1 : a.executionId - b.executionId
}

/** Undefined when it is not there: that is I1's to tell. */
function readPackage(s3: SimulatedS3, key: string): Delivered | undefined {
  const [zip, said] = [s3.objects.get(key), s3.objects.get(key.replace('.zip', '.manifest.json'))]
  if (!zip || !said) return undefined
  const manifest = parseManifest(said.bytes.toString())
  const { files } = JSON.parse(zip.bytes.toString()) as SimulatedPackage
  const { from, to, timeZone } = manifest.dataRange
  const { fromOn, toOn } = daysOf({ from: new Date(from), to: new Date(to), timeZone })
  const lines = files.flatMap(({ csv }) => csv.split('\n').slice(1).filter(Boolean))
  const { executionId, supersedes, snapshotAt } = manifest
  return { executionId, supersedes, snapshotAt, fromOn, toOn, lines }
}
