import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asDestination, createBucket, type TestBucket } from '../parts/bucket.ts'
import { requirePart } from '../parts/endpoints.ts'
import { grantSeedPolicy } from '../parts/seed-policy.ts'
import { enterBucket, enterKeys } from './bucket-form.ts'
import { visit } from './browser.ts'
import { RegionalStore } from './regional-store.ts'
import { useBrowser } from './use-browser.ts'
import { startWorld, type World } from './world.ts'

const browser = useBrowser()
let world: World
let bucket: TestBucket

beforeAll(async () => {
  world = await startWorld()
  bucket = await createBucket()
}, 180_000)
afterAll(async () => {
  await bucket[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

/** Tests as the button does; answers what the page says to do about it, or nothing when all went well. */
async function testConnection(page: Page): Promise<string> {
  await page.getByRole('button', { name: /^(Test Connection|Test again)$/ }).click()
  const headline = page.getByRole('status').filter({ hasText: /^Connection (successful|failed)/ })
  await headline.waitFor({ timeout: 40_000 })
  if ((await headline.textContent())?.startsWith('Connection successful')) return ''
  return (await page.getByText('What to do').locator('..').textContent()) ?? ''
}

describe('a connection test that fails says on the page what to do', { timeout: 90_000 }, () => {
  test.each([
    ['an access key that is not there', { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, /Copy it again.*deleted, inactive/],
    ['a wrong secret', { secret: 'wrong' }, /Paste it again/],
    ['a bucket that is not there', { bucket: 'company-nobody-has-this' }, /bucket/i],
  ])('%s', async (_what, mistakes, remedy) => {
    await using visited = await visit(browser(), world.admin)
    const { page, offences } = visited
    await page.goto('/destinations/new')
    await enterBucket(page, bucket, mistakes)
    expect(await testConnection(page)).toMatch(remedy)
    await enterBucket(page, bucket)
    await page.getByText('Changed since the test').waitFor()
    expect(await testConnection(page)).toBe('')
    expect(offences).toEqual([])
  })

  test('a write that is denied: the right that is missing', async () => {
    await using denied = await createBucket()
    await denied.revoke()
    await using visited = await visit(browser(), world.admin)
    const { page } = visited
    await page.goto('/destinations/new')
    await enterBucket(page, denied)
    expect(await testConnection(page)).toContain('s3:PutObject')
  })

  test('a wrong region: the right one, which a button enters', async () => {
    await using store = await RegionalStore.before(bucket.endpoint, 'eu-west-1')
    await using visited = await visit(browser(), world.admin)
    const { page } = visited
    await page.goto('/destinations/new')
    await enterBucket(page, bucket, { endpoint: store.url, region: 'us-west-2' })
    expect(await testConnection(page)).toContain('The bucket is in eu-west-1')
    await page.getByRole('button', { name: 'Use eu-west-1' }).click()
    await expect.poll(() => page.getByRole('combobox', { name: 'Region' }).inputValue()).toBe('eu-west-1')
    expect(await testConnection(page)).toBe('')
  })
})

test('keys are rotated on the page: tried before they are saved, and what is delivered next uses them', async () => {
  const s3 = requirePart('s3')
  await grantSeedPolicy(s3, s3.strictUser, bucket.name)
  await world.ask('POST', '/apply', {
    sources: [{ name: 'market_insight', kind: 'sample' }],
    destinations: [asDestination(bucket, 'acme')],
    tasks: [
      {
        name: 'Daily',
        source: 'market_insight',
        destination: 'acme',
        schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
      },
    ],
  })
  await using visited = await visit(browser(), world.admin)
  const { page, offences } = visited
  await page.goto('/destinations/acme')
  await page.getByRole('button', { name: 'Rotate keys…' }).click()
  const dialog = page.getByRole('dialog', { name: 'New keys for acme' })
  const { accessKeyId, secretAccessKey } = s3.strictUser
  expect(await dialog.getByLabel('Access Key ID', { exact: true }).inputValue()).toBe('')
  // A wrong one: what is saved goes on as it was
  await enterKeys(page, { accessKeyId, secretAccessKey: 'wrong' })
  await dialog.getByRole('button', { name: 'Test and swap' }).click()
  await dialog.getByText(/Paste it again/).waitFor({ timeout: 30_000 })
  await dialog.getByText('The present keys stay in use.').waitFor()
  expect(await world.ask('GET', '/destinations/acme')).toMatchObject({ accessKeyId: bucket.user.accessKeyId })
  await enterKeys(page, { accessKeyId, secretAccessKey })
  await dialog.getByRole('button', { name: 'Test and swap' }).click()
  await page.getByText('acme uses the new keys').waitFor({ timeout: 30_000 })
  await dialog.waitFor({ state: 'detached' })
  expect(await world.ask('GET', '/destinations/acme')).toMatchObject({ accessKeyId })
  await bucket.revoke()
  await page.goto('/tasks')
  await page.getByRole('link', { name: 'Daily' }).click()
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.getByRole('tab', { name: 'Executions' }).click()
  await page.getByText('Sent (6)').waitFor({ timeout: 60_000 })
  expect(offences).toEqual([])
}, 150_000)

test('the policy follows what is typed, and names the partition of China', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await page.goto('/destinations/new')
  await page.getByRole('textbox', { name: 'Bucket Name' }).fill('company-xnurta-data')
  await page.getByRole('combobox', { name: 'Region' }).fill('cn-north-1')
  await page.keyboard.press('Escape')
  await page.getByText('arn:aws-cn:s3:::company-xnurta-data/reports/*').waitFor()
  await page.getByRole('tab', { name: 'Terraform' }).click()
  await page.getByText('aws_iam_policy_document').first().waitFor()
})
