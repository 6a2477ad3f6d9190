import { afterAll, beforeAll, expect, test } from 'vitest'
import { visit } from './browser.ts'
import { useBrowser } from './use-browser.ts'
import { startWorld, type World } from './world.ts'

const browser = useBrowser()
let world: World

/** Of one workspace, by API. */
async function askIn(workspace: string, method: string, path: string, body: object): Promise<void> {
  const response = await fetch(`${world.hub.url}/api/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${world.hub.token}`,
      'Content-Type': 'application/json',
      'DataHub-Workspace': workspace,
    },
    body: JSON.stringify(body),
  })
  expect([path, response.ok, response.ok ? '' : await response.text()]).toEqual([path, true, ''])
}

const definitions = (name: string, folder: string) => ({
  sources: [{ name: 'market_insight', kind: 'sample' }],
  destinations: [
    { name: 'here', kind: 'filesystem', path: `${folder}/here` },
    { name: 'there', kind: 'filesystem', path: `${folder}/there` },
  ],
  tasks: [1, 2].map((n) => ({
    name: `${name} ${n}`,
    source: 'market_insight',
    destination: 'here',
    schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
  })),
})

beforeAll(async () => {
  world = await startWorld()
  await world.ask('POST', '/workspaces', { name: 'acme' })
  await askIn('default', 'POST', '/apply', definitions('Ours', `${world.hub.folder}/default`))
  await askIn('acme', 'POST', '/apply', definitions('Theirs', `${world.hub.folder}/acme`))
}, 120_000)
afterAll(() => world[Symbol.asyncDispose]())

test(
  'everything follows the workspace, which stands in the address and is remembered',
  { timeout: 90_000 },
  async () => {
    await using visited = await visit(browser(), world.admin)
    const { page, offences } = visited
    const path = () => new URL(page.url()).pathname + new URL(page.url()).search
    await page.goto('/tasks?q=Ours')
    await page.getByRole('link', { name: 'Ours 1' }).waitFor()
    expect(path(), 'an address without a workspace is completed').toBe('/w/default/tasks?q=Ours')
    await page.goto('/w/default/tasks')
    await page.getByRole('button', { name: 'Workspace: ' }).click()
    await page.getByRole('menuitem', { name: /^acme/ }).click()
    await page.getByRole('link', { name: 'Theirs 1' }).waitFor()
    expect([path(), await page.getByRole('link', { name: /Ours/ }).count()]).toEqual(['/w/acme/tasks', 0])
    await page.getByRole('link', { name: 'Theirs 1' }).click()
    await page.getByRole('heading', { level: 1, name: 'Theirs 1' }).waitFor()
    expect(path()).toMatch(/^\/w\/acme\/tasks\/\d+$/)
    // What changes there is told there: the stream names the workspace, too
    await page.getByText('Live', { exact: true }).waitFor()
    await page.goto('/destinations')
    await page.getByRole('link', { name: 'here', exact: true }).waitFor()
    expect(path(), 'the last one is remembered').toBe('/w/acme/destinations')
    expect(offences).toEqual([])
  },
)

test('a workspace that one may not enter is told so, with the way back', async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await page.goto('/w/nobody/tasks')
  await page.getByText('You are not a member of the workspace nobody').waitFor()
  await page.getByRole('link', { name: 'Go to a workspace of yours' }).click()
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
})

test('many tasks are moved after their page has said what that means', { timeout: 60_000 }, async () => {
  await using visited = await visit(browser(), world.admin)
  const { page } = visited
  await page.goto('/w/acme/tasks')
  await page.getByRole('checkbox', { name: 'Select all' }).check({ force: true })
  await page.getByRole('button', { name: 'Move…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Move 2 tasks to another destination' })
  await dialog.getByRole('button', { name: /New destination/ }).click()
  await page.getByRole('option', { name: 'there Folder on the server' }).click()
  expect(await dialog.getByText(/^Continues in reports\/\d+\/, with a new sync_log_\d+\.csv\.$/).count()).toBe(2)
  await dialog.getByRole('button', { name: 'Move 2 tasks' }).click()
  await page.getByText('2 tasks now deliver to there').waitFor()
  await dialog.waitFor({ state: 'detached' })
  expect(await page.getByText('→ there').count()).toBe(2)
})
