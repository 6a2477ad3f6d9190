import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../parts/database.ts'
import { accessibilityProblems } from './axe.ts'
import { visit } from './browser.ts'
import { useBrowser } from './use-browser.ts'
import { startWorld, type World } from './world.ts'

const browser = useBrowser()
let world: World
let data: TestDatabase
let owner: pg.Client

beforeAll(async () => {
  data = await createDatabase()
  owner = new pg.Client({ connectionString: data.url })
  await owner.connect()
  await owner.query(`
    create table sales (day date not null, shop text not null, units int not null, note text, primary key (day, shop));
    insert into sales select current_date - d, shop, d * 10 + length(shop), 'secret note'
      from generate_series(1, 9) d, unnest(array['US', 'CAN']) shop;
    analyze`)
  world = await startWorld()
}, 180_000)
afterAll(async () => {
  await owner.end()
  await data[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

test(
  'a PostgreSQL source is made by discovery, tried out unsaved, saved, and its drift is accepted',
  { timeout: 120_000 },
  async () => {
    await using visited = await visit(browser(), world.admin)
    const { page, offences } = visited
    const { hostname, port, pathname, username } = new URL(data.url)
    await page.goto('/sources/new')
    await page.getByRole('radio', { name: /PostgreSQL/ }).check({ force: true })
    await page.getByLabel('Name of the data source').fill('shop')
    await page.getByRole('textbox', { name: /^Host/ }).fill(hostname)
    await page.getByRole('textbox', { name: /^Port/ }).fill(port)
    await page.getByRole('textbox', { name: /^Database/ }).fill(pathname.slice(1))
    await page.getByRole('textbox', { name: /^User/ }).fill(username)
    await page.getByRole('button', { name: 'Test Connection' }).click()
    await page.getByText('Connection successful').waitFor({ timeout: 30_000 })

    await page.getByRole('button', { name: 'Find tables' }).click()
    await page.getByRole('button', { name: 'Add public.sales' }).click()
    const report = page.getByRole('region', { name: 'Report sales' })
    await report.getByRole('button', { name: /^day Date column/ }).waitFor()
    expect(await report.getByLabel('shop is part of the primary key').isChecked()).toBe(true)
    await report.getByLabel('Deliver note').uncheck()
    await report.getByLabel('Name of shop in the CSV').fill('store')
    await report.getByRole('button', { name: 'Add a condition' }).click()
    await report.getByRole('button', { name: /Column of the condition/ }).click()
    await page.getByRole('option', { name: 'shop' }).click()
    await report.getByRole('textbox', { name: 'Value' }).fill("CAN' or ''='")
    await page.getByRole('button', { name: 'Show rows' }).click()
    await page.getByText('No rows for this day.').waitFor()
    await report.getByRole('textbox', { name: 'Value' }).fill('CAN')
    await page.getByRole('button', { name: 'Show rows' }).click()
    const rows = page.getByRole('region', { name: 'First rows of sales' })
    await rows.getByRole('cell', { name: '13', exact: true }).waitFor()
    await rows.getByRole('columnheader', { name: /store/ }).waitFor()
    expect(await rows.textContent()).not.toContain('secret note')
    await page.getByRole('button', { name: 'Estimate rows' }).click()
    await page.getByText(/sales: about \d+ rows/).waitFor()
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download dry run' }).click()
    expect((await downloading).suggestedFilename()).toMatch(/^shop_0_\d{8}_dry_run\.zip$/)
    expect(await accessibilityProblems(page)).toEqual([])

    await page.getByRole('button', { name: 'Create data source' }).click()
    await page.getByRole('heading', { level: 1, name: 'shop' }).waitFor()
    await page.getByText('Test passed').or(page.getByText('Changed since')).first().waitFor()
    expect(await world.ask('GET', '/sources/shop')).toMatchObject({
      reports: [
        {
          table: 'sales',
          dateColumn: 'day',
          primaryKey: ['day', 'shop'],
          columns: ['day', 'shop', 'units'],
          rename: { shop: 'store' },
          where: [{ column: 'shop', operator: '=', value: 'CAN' }],
        },
      ],
    })

    await deliver()
    await owner.query('alter table sales alter column units type text')
    await deliver()
    await page.reload()
    await page.getByText('was integer, is text').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Accept the change' }).click()
    await page.getByText('The next delivery of sales takes the columns that it finds').waitFor()
    expect(offences).toEqual([])
  },
)

test('what is written as YAML is told wrong by its line', { timeout: 60_000 }, async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await page.goto('/sources/new')
  await page.getByRole('radio', { name: /HTTP report API/ }).check({ force: true })
  await page.getByLabel('Name of the data source').fill('ads')
  await page.getByLabel('Address of the service').fill('https://reports.example.com')
  const text = page.getByLabel('The rest, as YAML')
  await text.fill('create:\n  path: /reports\n  method: FETCH\n  reportId: id\npoll: {')
  await page.getByText(/^Line 5:/).waitFor()
  await text.fill('create:\n  path: /reports\n  method: FETCH\n  reportId: id\n')
  await page.getByRole('button', { name: 'Create data source' }).click()
  await page.getByText(/^Line 3: connection\.create\.method/).waitFor()
})

test(
  'a query of its own is written in the form, tried, and told what is wrong with it',
  { timeout: 90_000 },
  async () => {
    await using visited = await visit(browser(), world.admin)
    const { page } = visited
    const { hostname, port, pathname, username } = new URL(data.url)
    await page.goto('/sources/new')
    await page.getByRole('radio', { name: /PostgreSQL/ }).check({ force: true })
    await page.getByLabel('Name of the data source').fill('queries')
    await page.getByRole('textbox', { name: /^Host/ }).fill(hostname)
    await page.getByRole('textbox', { name: /^Port/ }).fill(port)
    await page.getByRole('textbox', { name: /^Database/ }).fill(pathname.slice(1))
    await page.getByRole('textbox', { name: /^User/ }).fill(username)
    await page.getByRole('button', { name: 'Add a query (SQL)' }).click()
    await page.getByLabel('Name of the report').fill('units')
    const query = page.getByRole('textbox', { name: 'Query' })
    await query.fill('select day, count(shopp) as total from sales where day >= :from and day < :to group by day')
    await page.getByRole('button', { name: 'Show rows' }).click()
    await page.getByRole('alert').getByText('source.report_missing').waitFor()
    await query.fill('select day, count(shop) as total from sales where day >= :from and day < :to group by day')
    await page.getByRole('button', { name: 'Show rows' }).click()
    await page.getByRole('columnheader', { name: /^total/ }).waitFor()
    await page.getByRole('button', { name: 'Create data source' }).click()
    await page.getByRole('heading', { level: 1, name: 'queries' }).waitFor()
    expect(await world.ask('GET', '/sources/queries')).toMatchObject({ reports: [{ table: 'units' }] })
    expect(await query.inputValue()).toContain('count(shop)')
  },
)

/** A delivery into a folder, to its end. */
async function deliver(): Promise<void> {
  await world.ask('POST', '/apply', {
    destinations: [{ name: 'folder', kind: 'filesystem', path: `${world.hub.folder}/bucket` }],
    tasks: [
      {
        name: 'sales',
        source: 'shop',
        destination: 'folder',
        schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
      },
    ],
  })
  const { id } = await world.ask<{ id: number }>('POST', '/tasks/sales/run', {})
  await expect
    .poll(async () => (await world.ask<{ endedAt: string | null }>('GET', `/executions/${id}`)).endedAt, {
      timeout: 40_000,
    })
    .not.toBeNull()
}
