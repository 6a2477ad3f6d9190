import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visit, type SignedIn } from './browser.ts'
import { settled } from './settled.ts'
import { useBrowser } from './use-browser.ts'
import { furnish, startWorld, type World } from './world.ts'

const browser = useBrowser()
let world: World

beforeAll(async () => {
  world = await startWorld()
  await furnish(world)
}, 180_000)
afterAll(() => world[Symbol.asyncDispose]())

const PASSWORD = 'a long rather than odd password'
type Role = 'viewer' | 'operator' | 'admin'

/** Invites somebody; answers the code of the invitation. */
async function invite(name: string, role: Role): Promise<string> {
  const user = { name, email: `${name.toLowerCase()}@example.com`, role }
  const { invitation } = await world.ask<{ invitation: { code: string } }>('POST', '/users', user)
  return invitation.code
}

/** Signs in through the invitation, as its reader does. */
async function accept(page: Page, code: string): Promise<void> {
  await page.goto(`/invitation#${code}`)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Set password and sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
}

const nobody = (): SignedIn => ({ url: world.hub.url, cookies: [] })

/** Every button that changes something, the least role that sees it, and where. */
const CHANGES: readonly [button: RegExp, least: Role, path: string][] = [
  [/^New task$/, 'operator', '/tasks'],
  [/^More actions: Market insight daily$/, 'operator', '/tasks'],
  [/^Create task$/, 'operator', '/tasks/new'],
  [/^Run now$/, 'operator', '/tasks/1'],
  [/^Pause$/, 'operator', '/tasks/1'],
  [/^Backfill…$/, 'operator', '/tasks/1'],
  [/^Backfill \d+ missing/, 'operator', '/tasks/1'],
  [/^Save$/, 'operator', '/tasks/1?tab=settings'],
  [/^Deliver again$/, 'operator', '/tasks/1?tab=executions&execution=5'],
  [/^New destination$/, 'operator', '/destinations'],
  [/^Create destination$/, 'operator', '/destinations/new'],
  [/^Test Connection$/, 'operator', '/destinations/company-xnurta-data'],
  [/^Delete$/, 'operator', '/destinations/company-xnurta-data'],
  [/^New data source$/, 'operator', '/sources'],
  [/^Create data source$/, 'operator', '/sources/new'],
  [/^Test Connection$/, 'operator', '/sources/market_insight'],
  [/^Add user$/, 'admin', '/settings'],
  [/^New API token$/, 'admin', '/settings?tab=tokens'],
  [/^Revoke/, 'admin', '/settings?tab=tokens'],
  [/^Add channel$/, 'admin', '/settings?tab=alerts'],
  [/^Verify the log$/, 'admin', '/activity'],
]
const roles: readonly Role[] = ['viewer', 'operator', 'admin']

describe.each(roles)('R37: on every page the %s', (role) => {
  test('is offered what they may, and asks the hub for nothing that they may not', { timeout: 240_000 }, async () => {
    await using visited = await visit(browser(), nobody())
    const { page, offences } = visited
    await accept(page, await invite(role, role))
    const refused: string[] = []
    page.on('response', (answer) => {
      if ([401, 403].includes(answer.status())) refused.push(`${page.url()} asks ${answer.url()}: ${answer.status()}`)
    })
    const seen: string[] = []
    for (const path of new Set(CHANGES.map(([, , path]) => path))) {
      await page.goto(path)
      await settled(page)
      for (const [button, , where] of CHANGES) {
        if (where !== path) continue
        const offered = page.getByRole('button', { name: button }).or(page.getByRole('link', { name: button }))
        if ((await offered.count()) > 0) seen.push(`${button.source} ${path}`)
      }
    }
    const may = CHANGES.filter(([, least]) => roles.indexOf(role) >= roles.indexOf(least))
    expect(seen).toEqual(may.map(([button, , path]) => `${button.source} ${path}`))
    expect(refused).toEqual([])
    expect(offences).toEqual([])
  })
})

test(
  'R37: whoever loses their rights while a page stands open hears so, and then sees it',
  { timeout: 120_000 },
  async () => {
    const code = await invite('Otto', 'operator')
    await using visited = await visit(browser(), nobody())
    const { page } = visited
    await accept(page, code)
    await page.goto('/tasks/1')
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    const users = await world.ask<{ id: number; name: string }[]>('GET', '/users')
    const id = users.find(({ name }) => name === 'Otto')?.id
    await world.ask('PUT', `/users/${id}/role`, { role: 'viewer' })
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('alertdialog').or(page.getByRole('alert')).getByText(/role/).first().waitFor()
    expect(await world.ask('GET', '/tasks/1')).toMatchObject({ paused: false })
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Market insight daily' }).waitFor()
    await settled(page)
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0)
  },
)

test(
  'R37: a session that is ended elsewhere, or whose user is disabled, ends without a click',
  { timeout: 120_000 },
  async () => {
    const code = await invite('Sven', 'viewer')
    await using first = await visit(browser(), nobody())
    await using second = await visit(browser(), nobody())
    await accept(first.page, code)
    const signIn = async () => {
      await second.page.getByLabel('E-mail').fill('sven@example.com')
      await second.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await second.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    }
    await second.page.goto('/tasks')
    await signIn()
    await second.page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()

    await first.page.goto('/settings?tab=sessions')
    await first.page.getByRole('button', { name: 'Sign out there' }).click()
    await first.page.getByRole('alertdialog').getByRole('button', { name: 'Sign out there' }).click()
    await first.page.getByRole('button', { name: 'Sign out there' }).waitFor({ state: 'detached' })
    await second.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await signIn()
    await second.page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()

    await using admin = await visit(browser(), world.admin)
    await admin.page.goto('/settings')
    await admin.page.getByRole('button', { name: 'More actions: Sven' }).click()
    await admin.page.getByRole('menuitem', { name: 'Disable' }).click()
    await admin.page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click()
    await admin.page.getByText('Disabled', { exact: true }).waitFor()
    await second.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await signIn()
    await second.page.getByRole('alert').waitFor()
  },
)

test('R37: a token is shown once, works, and is refused as soon as it is revoked on the page', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await page.goto('/settings?tab=tokens')
  await page.getByRole('button', { name: 'New API token' }).click()
  await page.getByLabel('Name of the token').fill('nightly')
  await page.getByRole('dialog').getByRole('button', { name: 'New API token' }).click()
  const shown = page.getByRole('dialog').locator('code, pre').filter({ hasText: /^dh_/ }).first()
  const token = ((await shown.textContent()) ?? '').trim()
  const ask = async () => {
    const answer = await fetch(`${world.hub.url}/api/v1/tasks`, { headers: { Authorization: `Bearer ${token}` } })
    return answer.status
  }
  expect([token.startsWith('dh_'), await ask()]).toEqual([true, 200])
  await page.reload()
  await settled(page)
  expect(await page.content()).not.toContain(token)
  await page.getByRole('button', { name: 'Revoke nightly' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('nightly is revoked').waitFor()
  expect(await ask()).toBe(401)
})
