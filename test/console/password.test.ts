import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN, visit } from './browser.ts'
import { useBrowser } from './use-browser.ts'
import { startWorld, type World } from './world.ts'

const browser = useBrowser()
let world: World

beforeAll(async () => {
  world = await startWorld()
}, 180_000)
afterAll(() => world[Symbol.asyncDispose]())

const NEXT = 'copper violin under moss'

test(
  'R37: a new password is set on the page; whoever sits at another session is signed out without a click',
  { timeout: 120_000 },
  async () => {
    await using first = await visit(browser(), world.admin)
    await using second = await visit(browser(), { url: world.hub.url, cookies: [] })
    const signIn = async (password: string) => {
      await second.page.getByLabel('E-mail').fill(ADMIN.email)
      await second.page.getByLabel('Password', { exact: true }).fill(password)
      await second.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    }
    await second.page.goto('/tasks')
    await signIn(ADMIN.password)
    await second.page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()
    await second.page.getByText('Live', { exact: true }).waitFor()

    const { page } = first
    await page.goto('/settings?tab=sessions')
    await page.getByRole('button', { name: 'Sign out there' }).waitFor()
    const change = async (current: string, password: string) => {
      await page.getByLabel('Current password').fill(current)
      await page.getByLabel('New password').fill(password)
      await page.getByRole('button', { name: 'Change password' }).click()
    }
    await change('wrong', NEXT)
    await page.getByText('is not the present password').waitFor()
    await change(ADMIN.password, 'short')
    await page.getByText('must have at least 12 characters').waitFor()
    await change(ADMIN.password, NEXT)
    await page.getByText('The password is changed; all other sessions have ended').waitFor()
    await page.getByRole('button', { name: 'Sign out there' }).waitFor({ state: 'detached' })

    await second.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    await signIn(ADMIN.password)
    await second.page.getByRole('alert').waitFor()
    await signIn(NEXT)
    await second.page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()
    expect([...first.offences, ...second.offences]).toEqual([])
  },
)

test(
  'R37: a link to a page that one may not use says which role it needs, and offers nothing',
  { timeout: 120_000 },
  async () => {
    const user = { name: 'Vera', email: 'vera@example.com', role: 'viewer' }
    const { invitation } = await world.ask<{ invitation: { code: string } }>('POST', '/users', user)
    await using visited = await visit(browser(), { url: world.hub.url, cookies: [] })
    const { page, offences } = visited
    await page.goto(`/invitation#${invitation.code}`)
    await page.getByLabel('Password', { exact: true }).fill(NEXT)
    await page.getByRole('button', { name: 'Set password and sign in' }).click()
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
    for (const [path, role] of [
      ['/tasks/new', 'Operator'],
      ['/sources/new', 'Operator'],
      ['/destinations/new', 'Operator'],
      ['/settings?tab=users', 'Admin'],
      ['/settings?tab=tokens', 'Admin'],
    ] as const) {
      await page.goto(path)
      await page.getByText(`This needs the role ${role}. An admin of the workspace can give it to you.`).waitFor()
      expect([path, await page.locator('main form').count()]).toEqual([path, 0])
    }
    expect(offences).toEqual([])
  },
)
