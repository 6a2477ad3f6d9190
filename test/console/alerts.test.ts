import { AlertReceiver } from '@datahub/server/testing/alert-receiver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from './axe.ts'
import { visit } from './browser.ts'
import { settled } from './settled.ts'
import { useBrowser } from './use-browser.ts'
import { startWorld, type World } from './world.ts'

const browser = useBrowser()
let world: World
let receiver: AlertReceiver

beforeAll(async () => {
  world = await startWorld()
  receiver = await AlertReceiver.start()
}, 120_000)

afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

test('a webhook is added, tried before and after, given another secret and removed, on the page alone', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await page.goto('/settings?tab=alerts')
  await page.getByRole('button', { name: 'Add channel' }).press('Enter')
  await page.getByLabel('Name', { exact: true }).fill('On call')
  await page.getByRole('button', { name: /Kind/ }).press('Enter')
  await page.getByRole('option', { name: 'Webhook' }).press('Enter')

  receiver.answer = () => ({ status: 503 })
  await page.getByLabel('Address').fill('nonsense')
  await page.getByRole('button', { name: 'Send a test' }).press('Enter')
  await page.getByText('must be a URL such as').waitFor()
  await page.getByLabel('Address').fill(`${receiver.url}/hook`)
  await page.getByRole('button', { name: 'Send a test' }).press('Enter')
  await page.getByText('asks to be left alone for a while (503)').waitFor()
  receiver.answer = () => ({ status: 204 })
  await page.getByRole('button', { name: 'Send a test' }).press('Enter')
  await page.getByText('The receiver answered: 204').waitFor()
  expect(await accessibilityProblems(page)).toEqual([])

  await page.getByRole('button', { name: 'Save' }).press('Enter')
  const shown = page.getByRole('region', { name: 'Secret of the webhook' })
  const secret = (await shown.textContent()) ?? ''
  await page.getByRole('button', { name: 'Close' }).first().press('Enter')
  await page.getByRole('button', { name: 'More actions: On call' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Send a test' }).press('Enter')
  await page.getByText('The receiver answered: 204').waitFor()
  const last = receiver.posts.at(-1)
  expect([secret, last?.body]).toEqual([
    expect.stringMatching(/^whsec_/),
    expect.stringContaining('"type":"alert.test"'),
  ])
  expect(last?.headers['webhook-signature']).toMatch(/^v1,[\w+/]{43}=$/)

  await page.getByRole('button', { name: 'More actions: On call' }).press('Enter')
  await page.getByRole('menuitem', { name: 'New secret' }).press('Enter')
  await page.getByText('signed with the old secret as well').waitFor()
  await page.getByRole('button', { name: 'Close' }).first().press('Enter')
  await page.reload()
  await settled(page)
  await page.getByRole('button', { name: 'More actions: On call' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Remove' }).press('Enter')
  await page.getByRole('button', { name: 'Remove', exact: true }).press('Enter')
  await page.getByText('Nobody is told of alerts yet').waitFor()
})
