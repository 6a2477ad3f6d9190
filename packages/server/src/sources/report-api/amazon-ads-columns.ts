import type { ReportColumn } from './settings.ts'

type ColumnType = ReportColumn['type']

/**
 * The types of Amazon's columns by the families that its list of metrics names them in. Ids are numbers of up to 18
 * digits; rates, shares, costs and sales are decimals; what counts something is a whole number.
 */
const FAMILIES: readonly [pattern: RegExp, type: ColumnType][] = [
  [/^(date|startDate|endDate)$/, 'date'],
  [/RuleId$|^matchedTarget/, 'text'],
  [/(^|[a-z])Id$|^adId$/, 'bigint'],
  [
    /Rate$|Share$|Percentage$|Average$|Amount$|Bid$|Royalties|^(cost|spend|sales|acos|roas|eCP)|costPerClick|Cost$|Sales|ROAS|ECP|Roas|Acos/,
    'decimal',
  ],
  [
    /Name$|Status$|Type$|Code$|Classification$|Asin$|Sku$|Strategy$|Text$|Expression$|Optimization$|Category$|^(keyword|searchTerm|targeting|retailer|site)$/,
    'text',
  ],
]

/** Names of the text family that begin like a decimal. */
const TEXTS = new Set(['costType'])

export function typeOfColumn(name: string): ColumnType {
  if (TEXTS.has(name)) return 'text'
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? 'bigint'
}
