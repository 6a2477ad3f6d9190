import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import pg from 'pg'
import { createBucket, type TestBucket } from '../parts/bucket.ts'
import { createDatabase, type TestDatabase } from '../parts/database.ts'
import { visit } from './browser.ts'
import { enterKeys } from './bucket-form.ts'
import { useBrowser } from './use-browser.ts'
import { startWorld, type World } from './world.ts'

const browser = useBrowser()
let database: TestDatabase
let world: World
let bucket: TestBucket

beforeAll(async () => {
  database = await createDatabase()
  world = await startWorld({ DATABASE_URL: database.url })
  bucket = await createBucket()
  await world.ask('POST', '/sources', { name: 'market_insight', kind: 'sample' })
}, 180_000)
afterAll(async () => {
  await bucket[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const nobody = () => ({ url: world.hub.url, cookies: [] })

async function packages(): Promise<string[]> {
  const { Contents = [] } = await bucket.owner.send(
    new ListObjectsV2Command({ Bucket: bucket.name, Prefix: 'reports/' }),
  )
  return Contents.map(({ Key = '' }) => Key).filter((key) => key.endsWith('.zip'))
}

/** The operator makes the link on the page; answers the address to send. */
async function makeLink(page: Page, destination: string): Promise<string> {
  await page.goto('/destinations')
  await page.getByRole('button', { name: 'Setup link…' }).click()
  const dialog = page.getByRole('dialog', { name: 'A link for the customer’s engineer' })
  await dialog.getByLabel('Destination').fill(destination)
  await dialog.getByRole('combobox', { name: 'Region it should be in' }).fill(bucket.region)
  await page.keyboard.press('Escape')
  await dialog.getByLabel('Endpoint, of a store other than Amazon').fill(bucket.endpoint)
  await dialog.getByRole('checkbox', { name: /path-style/ }).check({ force: true })
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  await dialog.getByRole('status').filter({ hasText: 'works once' }).waitFor()
  const address = ((await dialog.locator('code, pre').first().textContent()) ?? '').trim()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  return address
}

test(
  'from the link to the package: the customer’s engineer enters the bucket, and an operator delivers into it',
  { timeout: 240_000 },
  async () => {
    await using operator = await visit(browser(), world.admin)
    const address = await makeLink(operator.page, 'acme')
    expect(address).toMatch(/\/s\/dhl_[\w-]{32}$/)

    await using engineer = await visit(browser(), nobody())
    const { page } = engineer
    await page.goto(address)
    await page.getByText('Four steps set up the bucket for acme.').waitFor()
    await page.getByText(`It is in the store at ${bucket.endpoint}.`).waitFor()
    await page.getByRole('textbox', { name: 'Bucket Name' }).fill(bucket.name)
    await enterKeys(page, bucket.user)
    await page.getByRole('button', { name: 'Test Connection' }).click()
    await page
      .getByRole('status')
      .filter({ hasText: /^Connection successful/ })
      .waitFor({ timeout: 60_000 })
    await page.getByText('All is ready: hand it over.').waitFor()
    await page.getByRole('button', { name: 'Hand over', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor()
    await page.goto(address)
    await page.getByRole('heading', { level: 1, name: 'This link has been used' }).waitFor()
    const again = await fetch(`${world.hub.url}/api/v1/setup-link`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${address.split('/s/')[1]}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ bucket: 'another', region: 'us-east-1', accessKeyId: 'AKIA', secretAccessKey: 'x' }),
    })
    expect(again.status).toBe(401)

    await operator.page.goto('/tasks/new')
    await operator.page.getByText('market_insight_asin').first().waitFor()
    await operator.page.getByRole('button', { name: /Choose a destination/ }).click()
    await operator.page.getByRole('option', { name: /^acme/ }).click()
    await operator.page.getByLabel('Name of the task').fill('To the bucket of acme')
    expect(await packages()).toEqual([])
    await operator.page.getByRole('button', { name: 'Create task' }).click()
    await operator.page.getByRole('heading', { level: 1, name: 'To the bucket of acme' }).waitFor()
    await operator.page.getByRole('button', { name: 'Run now' }).click()
    await operator.page.getByRole('tab', { name: 'Executions' }).click()
    await operator.page.getByText('Sent (6)').waitFor({ timeout: 90_000 })
    expect(await packages()).toHaveLength(1)
    expect([...operator.offences, ...engineer.offences]).toEqual([])
  },
)

test(
  'R37: a link that has run out, was taken back or was tampered with opens nothing, and says which',
  { timeout: 120_000 },
  async () => {
    await using operator = await visit(browser(), world.admin)
    const [old, revoked, whole] = [
      await makeLink(operator.page, 'too old'),
      await makeLink(operator.page, 'taken back'),
      await makeLink(operator.page, 'whole'),
    ]
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query(`update setup_link set expires_at = now() where destination = 'too old'`)
    await client.end()
    await operator.page.goto('/destinations')
    await operator.page.getByRole('button', { name: 'Take back: taken back' }).click()
    await operator.page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click()
    await operator.page.getByText('The link for taken back works no more').waitFor()

    await using engineer = await visit(browser(), nobody())
    const { page, offences } = engineer
    const last = whole.at(-1) === 'A' ? 'B' : 'A'
    for (const [address, heading] of [
      [old, 'This link is too old'],
      [revoked, 'This link was taken back'],
      [whole.slice(0, -1) + last, 'This link does not work'],
      [whole.slice(0, -4), 'This link does not work'],
    ] as const) {
      await page.goto(address)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      expect(await page.getByLabel('Secret Access Key').count()).toBe(0)
    }
    await page.goto(whole)
    await page.getByText('Four steps set up the bucket for whole.').waitFor()
    expect(offences).toEqual([])
  },
)
