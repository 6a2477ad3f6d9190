import type { Manifest } from '@datahub/core/bucket/manifest'
import type { TableMapping } from './table-mapping.ts'

/**
 * What a mapping says of tables and columns that none of these packages has, in words: most likely a slip of the pen, which
 * nothing else would ever tell. Nothing when there was no package, or one whose content no manifest tells.
 */
export function unusedRules(
  mapping: TableMapping | undefined = {},
  manifests: readonly (Manifest | undefined)[],
): string[] {
  const columnsOf = new Map<string, Set<string>>()
  for (const manifest of manifests) {
    if (!manifest) return []
    for (const { table, columns } of manifest.reports) {
      const known = columnsOf.get(table) ?? new Set()
      for (const { name } of columns) known.add(name)
      columnsOf.set(table, known)
    }
  }
  if (columnsOf.size === 0) return []
  return Object.entries(mapping).flatMap(([table, { columns = {} }]) => {
    const known = columnsOf.get(table)
    if (!known) return [`The mapping names the table ${table}; the packages have ${[...columnsOf.keys()].join(', ')}.`]
    const missing = Object.keys(columns).filter((column) => !known.has(column))
    return missing.map((column) => `The mapping renames ${table}.${column}, a column that no package has.`)
  })
}
