import pg from 'pg'
import { createDatabase, type TestDatabase } from '../parts/database.ts'

/** From 2024-01-01 to 2024-06-30. */
export const ADS_DAYS = 182

/**
 * A customer's database with `public.market_insight_asin`: rows of the first half of 2024 and of a day more on either
 * side. The titles hardly compress, so that a package of many has several parts.
 */
export async function createAdsDatabase(rowsPerDay: number): Promise<TestDatabase> {
  const database = await createDatabase()
  await query(
    database,
    `create table market_insight_asin (
       date date, marketplace text, asin text, title text, impressions bigint, spend numeric(18, 4),
       primary key (date, marketplace, asin)
     );
     insert into market_insight_asin
     select date '2023-12-31' + day, (array['US', 'DE', 'JP'])[1 + item % 3], 'B' || lpad(item::text, 9, '0'),
       (select string_agg(encode(sha256(int8send(day * 1000000 + item * 100 + piece)), 'base64'), ' ')
        from generate_series(1, 3) as piece),
       item * 977 % 100000, (day * 31 + item) % 1000 / 8.0
     from generate_series(0, ${ADS_DAYS + 1}) as day, generate_series(1, ${rowsPerDay}) as item`,
  )
  return database
}

/** Runs SQL as the owner of the database; answers with the rows of the last statement that has any. */
export async function query<Row extends object>(database: TestDatabase, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    const results = [await client.query<Row>(sql)].flat()
    return results.at(-1)?.rows ?? []
  } finally {
    await client.end()
  }
}

/** Where a `postgres` source finds the database, through a proxy when `port` is given. */
export function connectionTo(database: TestDatabase, port?: number) {
  const { hostname, port: own, username } = new URL(database.url)
  return { host: hostname, port: port ?? Number(own), database: database.name, user: username, password: 'unused' }
}
