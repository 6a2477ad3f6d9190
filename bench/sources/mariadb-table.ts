import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'

/** `market_insight_asin` in a database of its own, with the same rows as the PostgreSQL bench has. */
export async function makeAdsTableInMariaDb(url: string, rows: number) {
  const { hostname: host, port, username: user } = new URL(url)
  const database = `bench_${randomBytes(4).toString('hex')}`
  const connection = await mysql.createConnection({ host, port: Number(port), user })
  await connection.query(`create database ${database} character set utf8mb4`)
  await connection.query(`use ${database}`)
  await connection.query(TABLE)
  await connection.query(rowsUpTo(rows))
  return {
    host,
    port: Number(port),
    user,
    database,
    async [Symbol.asyncDispose]() {
      await connection.query(`drop database ${database}`)
      await connection.end()
    },
  }
}

const TABLE = `create table market_insight_asin (
  date date not null, marketplace varchar(2) not null, asin varchar(20) not null, brand varchar(100), category varchar(200),
  title text, price decimal(12,2), rating decimal(3,2), review_count int, impressions bigint, clicks bigint, orders int,
  spend decimal(14,4), sales decimal(14,2), updated_at timestamp(6) not null
)`

const rowsUpTo = (rows: number) => `insert into market_insight_asin
select '2025-01-01' + interval i % 365 day, elt(1 + i % 9, 'US','CA','MX','UK','DE','FR','IT','ES','JP'),
  concat('B0', upper(substr(md5(i), 1, 8))), concat('Brand ', i % 997), concat('Home & Kitchen > Storage, ', i % 53),
  concat('Organizer Set, "Large" ', i % 10007, ' — stackable, für Küche und Bad, 收纳盒, pack of ', i % 12, ' ', md5(i * 7), md5(i * 11)),
  (i % 20000) / 100, 1 + (i % 400) / 100, i % 40000, i * 7 % 1000000, i % 5000, i % 300, (i % 900000) / 10000,
  (i % 700000) / 100, timestamp'2025-06-01 00:00:00' + interval i second
from (select seq as i from seq_1_to_${Math.trunc(rows)}) numbers`
