import pg from 'pg'

/** Makes `market_insight_asin` with about `rows` rows as advertising reports have them, 275 bytes each as CSV. */
export async function makeAdsTable(databaseUrl: string, rows: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(TABLE)
    await client.query(ROWS, [rows])
    await client.query('vacuum analyze market_insight_asin')
  } finally {
    await client.end()
  }
}

const TABLE = `create unlogged table market_insight_asin (
  date date not null, marketplace text not null, asin text not null, brand text, category text, title text,
  price numeric(12,2), rating numeric(3,2), review_count integer, impressions bigint, clicks bigint, orders integer,
  spend numeric(14,4), sales numeric(14,2), updated_at timestamptz not null
)`

const ROWS = `insert into market_insight_asin
select date '2025-01-01' + (i % 365)::int, (array['US','CA','MX','UK','DE','FR','IT','ES','JP'])[1 + i % 9],
  'B0' || upper(substr(md5(i::text), 1, 8)), 'Brand ' || i % 997, 'Home & Kitchen > Storage, ' || i % 53,
  'Organizer Set, "Large" ' || i % 10007 || ' — stackable, für Küche und Bad, 收纳盒, pack of ' || i % 12 || ' ' || md5((i * 7)::text) || md5((i * 11)::text),
  (i % 20000) / 100.0, 1 + (i % 400) / 100.0, i % 40000, i * 7 % 1000000, i % 5000, i % 300, (i % 900000) / 10000.0,
  (i % 700000) / 100.0, timestamptz '2025-06-01' + i * interval '1 second'
from generate_series(1, $1::bigint) i`
