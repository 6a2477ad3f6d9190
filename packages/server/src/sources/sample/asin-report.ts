import { formatField } from '@datahub/core/bucket/csv'
import { mix, pick, randomFrom } from './random.ts'
import { column, decimal, formatFields, instantOn, sometimesNull, type SampleReport } from './sample-report.ts'
import { BRANDS, CATEGORIES, DETAILS, MARKETPLACES, PRODUCTS } from './vocabulary.ts'

const SEED = 0xa51
const ASIN_DIGITS = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** What stays the same about a product from day to day. */
interface Product {
  /** Marketplace, ASIN, brand, category, title. */
  readonly description: string
  readonly priceCents: number
  readonly listingId: string
  readonly note: string
}

const products: Product[] = []

export const asinReport: SampleReport = {
  table: 'market_insight_asin',
  dateColumn: 'date',
  primaryKey: ['date', 'marketplace', 'asin'],
  columns: [
    column('date', 'date'),
    column('marketplace', 'text'),
    column('asin', 'text'),
    column('brand', 'text'),
    column('category', 'text', { nullable: true }),
    column('title', 'text'),
    column('price', 'decimal', { precision: 10, scale: 2, nullable: true }),
    column('rating', 'decimal', { precision: 2, scale: 1, nullable: true }),
    column('impressions', 'bigint'),
    column('clicks', 'integer'),
    column('spend', 'decimal', { precision: 14, scale: 4 }),
    column('sales', 'decimal', { precision: 14, scale: 2 }),
    column('orders', 'integer'),
    column('sales_change', 'decimal', { precision: 14, scale: 2, nullable: true }),
    column('listing_id', 'bigint'),
    column('is_sponsored', 'boolean'),
    column('note', 'text', { nullable: true }),
    column('updated_at', 'timestamptz'),
  ],
  rowsPerDay: 300,

  record(day, index) {
    const product = (products[index] ??= makeProduct(index))
    const random = randomFrom(mix(SEED, day.number, index))
    const impressions = 50 + random(90_000)
    const clicks = random(Math.floor(impressions / 20) + 1)
    const orders = random(Math.floor(clicks / 6) + 1)
    const salesCents = orders * product.priceCents
    const price = sometimesNull(random, 60, decimal(product.priceCents + random(300), 2))
    const rating = sometimesNull(random, 12, decimal(20 + random(31), 1))
    const spend = decimal(clicks * (1500 + random(14_000)), 4)
    const change = sometimesNull(random, 30, decimal(salesCents - random(200_000), 2))
    const sponsored = random(3) === 0
    const updatedAt = instantOn(day.nextDate, random(7200), random(1_000_000))
    return (
      `${day.date},${product.description},${price},${rating},${impressions},${clicks},${spend},` +
      `${decimal(salesCents, 2)},${orders},${change},${product.listingId},${sponsored},${product.note},${updatedAt}\n`
    )
  },
}

function makeProduct(index: number): Product {
  const random = randomFrom(mix(SEED, index))
  const marketplace = pick(MARKETPLACES, random)
  const brand = pick(BRANDS, random)
  const category = random(40) === 0 ? null : pick(CATEGORIES, random)
  const more = random(4) === 0 ? `, ${pick(DETAILS, random)}` : ''
  const title = `${pick(PRODUCTS, random)}, ${pick(DETAILS, random)}${more}`
  const notes = [null, null, '', 'Best Seller', 'Seller says: "ships tomorrow"', 'line one\nline two']
  return {
    description: formatFields([marketplace, asinOf(index), brand, category, title]),
    priceCents: 499 + random(40_000),
    // Beyond 2⁵³, where a reader that takes numbers for floats loses the last digits.
    listingId: (9_007_199_254_740_993n + BigInt(index) * 1_000_003n).toString(),
    note: formatField(notes[random(notes.length)] ?? null),
  }
}

/** Ten characters, another one for every index: the last seven count, the digits before them only look like a catalogue's. */
function asinOf(index: number): string {
  let rest = index * 7 + 3
  let digits = ''
  for (let place = 0; place < 7; place += 1) {
    digits = (ASIN_DIGITS[rest % ASIN_DIGITS.length] ?? '0') + digits
    rest = Math.floor(rest / ASIN_DIGITS.length)
  }
  return `B0D${digits}`
}
