import { mix, pick, randomFrom } from './random.ts'
import { column, decimal, formatFields, instantOn, sometimesNull, type SampleReport } from './sample-report.ts'
import { BRANDS, CATEGORIES, MARKETPLACES } from './vocabulary.ts'

const SEED = 0xb1a

const descriptions: string[] = []

export const brandReport: SampleReport = {
  table: 'market_insight_brand',
  dateColumn: 'date',
  primaryKey: ['date', 'line'],
  columns: [
    column('date', 'date'),
    column('line', 'integer'),
    column('marketplace', 'text'),
    column('brand', 'text'),
    column('category', 'text'),
    column('products', 'integer'),
    column('share_of_voice', 'decimal', { precision: 7, scale: 6 }),
    column('impressions', 'bigint'),
    column('clicks', 'integer'),
    column('spend', 'decimal', { precision: 14, scale: 4 }),
    column('sales', 'decimal', { precision: 14, scale: 2 }),
    column('sales_change', 'decimal', { precision: 14, scale: 2, nullable: true }),
    column('new_to_brand_orders', 'integer', { nullable: true }),
    column('updated_at', 'timestamptz'),
  ],
  rowsPerDay: 60,

  record(day, index) {
    const description = (descriptions[index] ??= describe(index))
    const random = randomFrom(mix(SEED, day.number, index))
    const impressions = 1000 + random(2_000_000)
    const clicks = random(Math.floor(impressions / 30) + 1)
    const salesCents = random(clicks * 300 + 1)
    const share = decimal(random(1_000_001), 6)
    const spend = decimal(clicks * (1500 + random(12_000)), 4)
    const change = sometimesNull(random, 20, decimal(salesCents - random(3_000_000), 2))
    const newOrders = sometimesNull(random, 8, String(random(900)))
    const updatedAt = instantOn(day.nextDate, random(7200), random(1_000_000))
    return (
      `${day.date},${description},${share},${impressions},${clicks},${spend},${decimal(salesCents, 2)},${change},` +
      `${newOrders},${updatedAt}\n`
    )
  },
}

/** What stays the same from day to day: line, marketplace, brand, category, products. */
function describe(index: number): string {
  const random = randomFrom(mix(SEED, index))
  const words = [pick(MARKETPLACES, random), pick(BRANDS, random), pick(CATEGORIES, random)]
  return formatFields([String(index + 1), ...words, String(1 + random(240))])
}
