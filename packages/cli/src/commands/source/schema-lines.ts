import type { SchemaView } from '@datahub/core/api/source-shapes'
import { describeChanges } from '@datahub/core/source/schema-change'
import { countOf } from '../../quantity.ts'
import { visible } from '../../style.ts'
import { timeIn } from '../../time.ts'

/** What is known of the columns of each report, one block line each. */
export function schemaLines(schemas: readonly SchemaView[]): [name: string, value: string][] {
  return schemas.map(({ table, version, columns, changedAt, changes, refused }) => {
    const words = [`version ${version}, ${countOf(columns.length, 'column')}`]
    if (changes.length > 0) words.push(`${timeIn('UTC', changedAt)}: ${describeChanges(changes)}`)
    if (refused) words.push(`deliveries fail since ${timeIn('UTC', refused.at)}: ${describeChanges(refused.changes)}`)
    return [table, visible(words.join('; '))]
  })
}
