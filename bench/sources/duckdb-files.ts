import { join, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

const COPY = resolve(import.meta.dirname, 'duckdb-copy.ts')

/** `ads.parquet` in the folder, with the same rows as the PostgreSQL bench has; and DuckDB's own way to write it as CSV. */
export async function duckdbBench(folder: string, rows: number): Promise<{ copyTo(path: string): string }> {
  const path = join(folder, 'ads.parquet')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(`copy (${rowsUpTo(rows)}) to '${path}' (format parquet)`)
  connection.closeSync()
  return { copyTo: (target) => `"${process.execPath}" "${COPY}" "${path}" "${target}"` }
}

const rowsUpTo = (rows: number) => `
select date '2025-01-01' + (i % 365)::int as date, ['US','CA','MX','UK','DE','FR','IT','ES','JP'][1 + i % 9] as marketplace,
  'B0' || upper(substr(md5(i::text), 1, 8)) as asin, 'Brand ' || i % 997 as brand,
  'Home & Kitchen > Storage, ' || i % 53 as category,
  'Organizer Set, "Large" ' || i % 10007 || ' — stackable, für Küche und Bad, 收纳盒, pack of ' || i % 12 || ' ' || md5((i * 7)::text) || md5((i * 11)::text) as title,
  ((i % 20000) / 100)::decimal(12,2) as price, (1 + (i % 400) / 100)::decimal(3,2) as rating, (i % 40000)::int as review_count,
  i * 7 % 1000000 as impressions, i % 5000 as clicks, (i % 300)::int as orders, ((i % 900000) / 10000)::decimal(14,4) as spend,
  ((i % 700000) / 100)::decimal(14,2) as sales, timestamptz '2025-06-01 00:00:00Z' + to_seconds(i) as updated_at
from range(1, ${Math.trunc(rows) + 1}) numbers(i)`
