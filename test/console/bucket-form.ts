import type { Page } from 'playwright-core'
import type { TestBucket } from '../parts/bucket.ts'

/** What is typed in place of what is right. */
interface Mistakes {
  readonly bucket?: string
  readonly region?: string
  readonly accessKeyId?: string
  readonly secret?: string
  /** Of a store before the store. */
  readonly endpoint?: string
}

/** Enters the guide's four values, and what a store that is not Amazon needs besides. */
export async function enterBucket(page: Page, bucket: TestBucket, mistakes: Mistakes = {}): Promise<void> {
  await page.getByRole('textbox', { name: 'Bucket Name' }).fill(mistakes.bucket ?? bucket.name)
  await page.getByRole('combobox', { name: 'Region' }).fill(mistakes.region ?? bucket.region)
  await page.keyboard.press('Escape')
  await enterKeys(page, {
    accessKeyId: mistakes.accessKeyId ?? bucket.user.accessKeyId,
    secretAccessKey: mistakes.secret ?? bucket.user.secretAccessKey,
  })
  if (!(await page.getByLabel('Endpoint').isVisible()))
    await page.getByRole('button', { name: 'More settings' }).click()
  await page.getByLabel('Endpoint').fill(mistakes.endpoint ?? bucket.endpoint)
  const pathStyle = page.getByRole('checkbox', { name: /path-style/ })
  if (!(await pathStyle.isChecked())) await pathStyle.check({ force: true })
}

export async function enterKeys(page: Page, keys: { accessKeyId: string; secretAccessKey: string }): Promise<void> {
  await page.getByLabel('Access Key ID', { exact: true }).fill(keys.accessKeyId)
  await page.getByLabel('Secret Access Key').fill(keys.secretAccessKey)
}
