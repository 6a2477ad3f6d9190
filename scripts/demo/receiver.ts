import pg from 'pg'

const NAME = 'receiver'

/** A database of its own for the receiver, beside the hub's, made at the first run; answers its address. */
export async function makeReceiver(databaseUrl: string): Promise<string> {
  await withClient(databaseUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [NAME])
    if (rowCount === 0) await client.query(`create database ${NAME}`)
  })
  const url = new URL(databaseUrl)
  url.pathname = `/${NAME}`
  return url.href
}

/** How many rows the receiver's tables hold, and of how many days. */
export async function printCounts(url: string): Promise<void> {
  await withClient(url, async (client) => {
    for (const table of ['market_insight_asin', 'market_insight_keyword', 'market_insight_brand']) {
      const { rows } = await client.query<{ count: string; days: string }>(
        `select count(*) as count, count(distinct date) as days from ${table}`,
      )
      const { count = '0', days = '0' } = rows[0] ?? {}
      console.log(`  ${table.padEnd(24)}${Number(count).toLocaleString('en').padStart(9)} rows of ${days} days`)
    }
  })
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
