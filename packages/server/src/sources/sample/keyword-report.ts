import { formatField } from '@datahub/core/bucket/csv'
import { mix, pick, randomFrom } from './random.ts'
import { column, decimal, formatFields, instantOn, sometimesNull, type SampleReport } from './sample-report.ts'
import { BRANDS, KEYWORDS, MARKETPLACES, MATCH_TYPES } from './vocabulary.ts'

const SEED = 0x4e1

/** What stays the same about a keyword from day to day. */
interface Keyword {
  /** Marketplace, id, keyword, match type. */
  readonly description: string
  readonly campaign: string
}

const keywords: Keyword[] = []

export const keywordReport: SampleReport = {
  table: 'market_insight_keyword',
  dateColumn: 'date',
  primaryKey: ['date', 'marketplace', 'keyword_id'],
  columns: [
    column('date', 'date'),
    column('marketplace', 'text'),
    column('keyword_id', 'bigint'),
    column('keyword', 'text'),
    column('match_type', 'text'),
    column('campaign', 'text', { nullable: true }),
    column('search_volume', 'bigint', { nullable: true }),
    column('rank', 'integer', { nullable: true }),
    column('rank_change', 'integer', { nullable: true }),
    column('impressions', 'bigint'),
    column('clicks', 'integer'),
    column('click_share', 'decimal', { precision: 7, scale: 6 }),
    column('cost_per_click', 'decimal', { precision: 10, scale: 4, nullable: true }),
    column('spend', 'decimal', { precision: 14, scale: 4 }),
    column('sales', 'decimal', { precision: 14, scale: 2 }),
    column('orders', 'integer'),
    column('updated_at', 'timestamptz'),
  ],
  rowsPerDay: 200,

  record(day, index) {
    const keyword = (keywords[index] ??= makeKeyword(index))
    const random = randomFrom(mix(SEED, day.number, index))
    const impressions = 10 + random(40_000)
    const clicks = random(Math.floor(impressions / 25) + 1)
    const costUnits = 2000 + random(30_000)
    const orders = random(Math.floor(clicks / 8) + 1)
    const campaign = sometimesNull(random, 25, keyword.campaign)
    const searchVolume = sometimesNull(random, 15, String(impressions * (3 + random(40))))
    const ranks = random(10) === 0 ? ',' : `${1 + random(120)},${random(41) - 20}`
    const costPerClick = clicks === 0 ? '' : decimal(costUnits, 4)
    const clickShare = decimal(random(1_000_001), 6)
    const sales = decimal(orders * (900 + random(20_000)), 2)
    const updatedAt = instantOn(day.nextDate, random(7200), random(1_000_000))
    return (
      `${day.date},${keyword.description},${campaign},${searchVolume},${ranks},${impressions},${clicks},${clickShare},` +
      `${costPerClick},${decimal(clicks * costUnits, 4)},${sales},${orders},${updatedAt}\n`
    )
  },
}

function makeKeyword(index: number): Keyword {
  const random = randomFrom(mix(SEED, index))
  const id = (4_611_686_018_427_387_904n + BigInt(index) * 7_919n).toString()
  const words = [pick(MARKETPLACES, random), id, pick(KEYWORDS, random), pick(MATCH_TYPES, random)]
  return {
    description: formatFields(words),
    campaign: formatField(random(9) === 0 ? '' : `${pick(BRANDS, random)} | always on, 2024 "A"`),
  }
}
