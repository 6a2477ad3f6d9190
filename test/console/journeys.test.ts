import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asDestination, createBucket, type TestBucket } from '../parts/bucket.ts'
import { enterBucket } from './bucket-form.ts'
import { visit } from './browser.ts'
import { useBrowser } from './use-browser.ts'
import { startWorld, type World } from './world.ts'

const browser = useBrowser()
let world: World
let bucket: TestBucket

beforeAll(async () => {
  world = await startWorld()
  bucket = await createBucket()
  await world.ask('POST', '/sources', { name: 'market_insight', kind: 'sample' })
}, 180_000)
afterAll(async () => {
  await bucket[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

async function packagesIn(folder: string): Promise<string[]> {
  const { Contents = [] } = await bucket.owner.send(new ListObjectsV2Command({ Bucket: bucket.name, Prefix: folder }))
  return Contents.map(({ Key = '' }) => Key).filter((key) => key.endsWith('.zip'))
}

test('a task is created, tested, run, and its package stands in the bucket', { timeout: 120_000 }, async () => {
  await using visited = await visit(browser(), world.admin)
  const { page, offences } = visited
  await page.goto('/tasks/new')
  await page.getByText('market_insight_asin').first().waitFor()
  await enterBucket(page, bucket)
  await page.getByRole('button', { name: 'Test Connection' }).click()
  await page.getByText('Connection successful').waitFor({ timeout: 30_000 })
  await page.getByLabel('Name of the task').fill('Market insight daily')
  await page.getByRole('button', { name: 'Create task' }).click()
  await page.getByRole('heading', { level: 1, name: 'Market insight daily' }).waitFor()
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.getByRole('tab', { name: 'Executions' }).click()
  await page.getByText('Sent (6)').waitFor({ timeout: 45_000 })
  await page.getByRole('button', { name: /^Open execution \d+: Sent/ }).click()
  await page.getByRole('heading', { level: 2, name: /^Execution \d+$/ }).waitFor()
  const taskId = /\/tasks\/(\d+)/.exec(page.url())?.[1]
  expect(await packagesIn(`reports/${taskId}/`)).toHaveLength(1)
  expect(offences).toEqual([])
})

test('a schedule tells its next five executions on two clocks, and the hour that a clock skips', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await page.goto('/tasks/new')
  await page.getByRole('combobox', { name: 'Time zone' }).fill('los ang')
  await page.getByRole('option', { name: /Los_Angeles/ }).click()
  await page.getByLabel('At', { exact: true }).fill('02:30')
  const summary = page.getByRole('complementary')
  await summary.getByText(/02:30 does not exist/).waitFor()
  expect(await summary.getByText(/^= yours .*(17|18):30 GMT\+8$/).count()).toBe(5)
  await page.getByRole('link', { name: 'Destinations' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stay' }).click()
  expect(new URL(page.url()).pathname).toBe('/tasks/new')
  await page.getByText('New: Amazon S3').click()
  await page.getByLabel('Secret Access Key').fill('a secret that is not kept')
  await page.getByRole('link', { name: 'Destinations' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click()
  await page.getByRole('heading', { level: 1, name: 'Destinations' }).waitFor()
  expect(await page.evaluate(() => sessionStorage.getItem('datahub.draft'))).toMatch(
    /"at":"02:30".*"secretAccessKey":""/,
  )
  await page.goto('/tasks/new')
  await page.getByLabel('At', { exact: true }).waitFor()
  expect(await page.getByLabel('At', { exact: true }).inputValue()).toBe('02:30')
})

test('a task is renamed and moved to another hour, and keeps what its form does not show', async () => {
  const path = join(world.hub.folder, 'bucket')
  await world.ask('POST', '/destinations', { name: 'a folder', kind: 'filesystem', path })
  const { id } = await world.ask<{ id: number }>('POST', '/tasks', {
    name: 'Before',
    source: 'market_insight',
    destination: 'a folder',
    schedule: { every: 'day', at: '03:00', timeZone: 'UTC', jitterMinutes: 7 },
    paused: true,
  })
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await page.goto(`/tasks/${id}?tab=settings`)
  await page.getByLabel('At', { exact: true }).fill('04:15')
  await page.getByLabel('Name of the task').fill('After')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 1, name: 'After' }).waitFor()
  expect(await world.ask('GET', `/tasks/${id}`)).toMatchObject({
    name: 'After',
    paused: true,
    schedule: { at: '04:15', jitterMinutes: 7 },
  })
})

test('a one-time push is made by keyboard alone', { timeout: 120_000 }, async () => {
  await world.ask('POST', '/destinations', asDestination(bucket, 'keys only'))
  const year = new Date().getUTCFullYear() - 1
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  const { keyboard } = page
  await page.goto('/tasks/new')
  await page.getByText('market_insight_asin').first().waitFor()
  await page.getByRole('radio', { name: /^Recurring/ }).focus()
  await keyboard.press('ArrowRight')
  await page.getByRole('spinbutton').first().waitFor()
  await keyboard.press('Tab')
  await keyboard.type(`0101${year}`)
  await keyboard.type(`0131${year}`)
  await page.getByText('31 days will be exported').first().waitFor()
  await page
    .getByRole('radio', { name: /^New: Amazon S3|^A saved destination/ })
    .first()
    .focus()
  await page.getByRole('radio', { name: /^A saved destination/ }).focus()
  await keyboard.press('Space')
  await page.getByRole('button', { name: /Choose a destination|keys only/ }).focus()
  await keyboard.press('Enter')
  await page.getByRole('option', { name: /keys only/ }).waitFor()
  await page.getByRole('option', { name: /keys only/ }).press('Enter')
  await page.getByLabel('Name of the task').focus()
  await keyboard.type('History')
  await keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'History' }).waitFor()
  const taskId = /\/tasks\/(\d+)/.exec(page.url())?.[1]
  await expect.poll(() => packagesIn(`reports/${taskId}/`), { timeout: 45_000 }).toHaveLength(1)
})

test(
  'a gap is found by arrow keys; what its backfill could not send is retried from its page',
  { timeout: 120_000 },
  async () => {
    const destination = asDestination(bucket, 'locked')
    await world.ask('POST', '/destinations', { ...destination, secretAccessKey: 'of-another-key-0123456789' })
    await world.ask('POST', '/tasks', {
      name: 'With a gap',
      source: 'market_insight',
      destination: 'locked',
      schedule: { every: 'day', at: '00:00', timeZone: 'UTC', startOn: daysAgo(4) },
    })
    await using visited = await visit(browser(), world.admin)
    const { page } = visited
    await page.goto('/tasks')
    await page.getByRole('link', { name: 'With a gap' }).click()
    const last = page.getByRole('grid').getByRole('button').last()
    await last.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Shift+Home')
    await page.keyboard.press('b')
    await page.getByRole('button', { name: /^Start backfill of 4 packages/ }).click()
    await page.getByText('Finished, some failed').waitFor({ timeout: 45_000 })
    expect(await page.getByRole('button', { name: /: Send failed \(7\)$/ }).count()).toBe(4)
    await world.ask('PUT', '/destinations/locked', destination)
    await page.getByRole('button', { name: 'Retry failed (4)' }).click()
    await page.getByText('Finished', { exact: true }).waitFor({ timeout: 45_000 })
    await page.getByText('4 / 4').waitFor()
    expect(await page.getByRole('button', { name: /: Sent \(6\)$/ }).count()).toBe(4)
    await page.getByRole('link', { name: 'With a gap' }).click()
    await page.getByText('4 of 4 ranges sent').waitFor()
  },
)

test('with a setup link the customer enters the bucket, without an account and once', { timeout: 60_000 }, async () => {
  const { code } = await world.ask<{ code: string }>('POST', '/setup-links', {
    destination: 'acme',
    region: 'eu-west-1',
  })
  await using visited = await visit(browser(), { url: world.hub.url, cookies: [] })
  const { page, offences } = visited
  await page.goto(`/s/${code}`)
  await page.getByText('Four steps set up the bucket for acme.').waitFor()
  await page.getByRole('textbox', { name: 'Bucket Name' }).fill('No Bucket')
  await page.getByLabel('Access Key ID', { exact: true }).fill('AKIACANARYCANARY0001')
  await page.getByLabel('Secret Access Key').fill('canary/secret/of/the/customer/0123456789')
  await page.getByRole('button', { name: 'Hand over', exact: true }).click()
  await page.getByRole('button', { name: 'Hand over anyway' }).click()
  await page.getByRole('alert').first().waitFor()
  await page.getByRole('textbox', { name: 'Bucket Name' }).fill('acme-reports')
  await page.getByText('arn:aws:s3:::acme-reports/reports/*').waitFor()
  await page.getByRole('button', { name: 'Test Connection' }).click()
  // Step by step as it goes; nobody knows these keys
  await page.getByText('Check the fields').waitFor()
  await page.getByText('Connection failed').waitFor({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Hand over', exact: true }).click()
  await page.getByRole('button', { name: 'Hand over anyway' }).click()
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor()
  // The guide for their data team has the bucket filled in
  await page.getByText('--bucket acme-reports').waitFor()
  expect(await world.ask('GET', '/destinations/acme')).toMatchObject({
    bucket: 'acme-reports',
    region: 'eu-west-1',
    secretAccessKey: { set: true },
  })
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'This link has been used' }).waitFor()
  expect(new URL(page.url()).pathname).toBe(`/s/${code}`)
  expect(offences).toEqual([])
})

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
}
