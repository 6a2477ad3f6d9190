import type { ColumnType } from '../bucket/column.ts'

/** How a column may be compared with values. Apart from the filters, for pages that need no schemas. */

export const OPERATORS = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not in',
  'starts with',
  'contains',
  'is null',
  'is not null',
] as const

export type Operator = (typeof OPERATORS)[number]

export const NULLNESS: readonly Operator[] = ['is null', 'is not null']
const EQUALITY: readonly Operator[] = ['=', '!=', 'in', 'not in', ...NULLNESS]
const ORDER: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>=', 'in', 'not in', ...NULLNESS]

/** The operators that make sense for a column of this type. */
export function operatorsOf(type: ColumnType): readonly Operator[] {
  if (type === 'text') return OPERATORS
  if (type === 'json' || type === 'bytes') return NULLNESS
  return type === 'boolean' || type === 'uuid' ? EQUALITY : ORDER
}
