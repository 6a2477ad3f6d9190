import { z } from 'zod'
import { Column } from '../bucket/column.ts'

/** How the columns of a report differ from those of the delivery before. */

export const SCHEMA_POLICIES = ['allow-additions', 'refuse', 'new-version'] as const

/** Which differences a source's deliveries accept. */
export type SchemaPolicy = (typeof SCHEMA_POLICIES)[number]

export const DEFAULT_SCHEMA_POLICY: SchemaPolicy = 'allow-additions'

export const SchemaChange = z.object({
  column: z.string(),
  change: z.enum(['added', 'removed', 'retyped']),
  from: Column.optional().meta({ description: 'As it was; absent for one that was added' }),
  to: Column.optional().meta({ description: 'As it is; absent for one that was removed' }),
})

export type SchemaChange = z.output<typeof SchemaChange>

/** Added, removed and retyped columns. Order and nullability are no change: a reader goes by name and type. */
export function changesBetween(before: readonly Column[], after: readonly Column[]): SchemaChange[] {
  const changes: SchemaChange[] = []
  const [old, now] = [byOccurrence(before), byOccurrence(after)]
  for (const [key, from] of old) {
    const to = now.get(key)
    if (!to) changes.push({ column: from.name, change: 'removed', from })
    else if (typeWords(from) !== typeWords(to)) changes.push({ column: from.name, change: 'retyped', from, to })
  }
  for (const [key, to] of now) if (!old.has(key)) changes.push({ column: to.name, change: 'added', to })
  return changes
}

/** Whether the policy lets a delivery go on with these changes. */
export function isAllowed(changes: readonly SchemaChange[], policy: SchemaPolicy): boolean {
  if (policy === 'new-version') return true
  return policy === 'allow-additions' ? changes.every(({ change }) => change === 'added') : changes.length === 0
}

/** `added color (text); price is double, was decimal(10,2)` */
export function describeChanges(changes: readonly SchemaChange[]): string {
  return changes
    .map(({ column, change, from, to }) => {
      if (change === 'added') return `added ${column} (${to ? typeWords(to) : ''})`
      if (change === 'removed') return `removed ${column}`
      return `${column} is ${to ? typeWords(to) : ''}, was ${from ? typeWords(from) : ''}`
    })
    .join('; ')
}

function typeWords({ type, precision, scale }: Column): string {
  return precision === undefined ? type : `${type}(${precision},${scale ?? 0})`
}

/** A query may give two columns of one name: they are told apart by which of them it is. */
function byOccurrence(columns: readonly Column[]): Map<string, Column> {
  const seen = new Map<string, number>()
  return new Map(
    columns.map((column) => {
      const nth = (seen.get(column.name) ?? 0) + 1
      seen.set(column.name, nth)
      return [`${nth} ${column.name}`, column]
    }),
  )
}
