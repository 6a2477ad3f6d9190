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

test.each([
  ['en', 'Sign in', 'E-mail', 'Password', /too many requests.*Try again in \d+ s\./s],
  ['zh', '登录', '邮箱', '密码', /短时间内请求过多.*请在 \d+ 秒后重试。/s],
] as const)(
  'R38: whoever guesses too often is told on the page for how long to wait (%s)',
  { timeout: 120_000 },
  async (locale, submit, email, password, told) => {
    await using visited = await visit(browser(), { url: world.hub.url, cookies: [] }, { locale })
    const { page, offences } = visited
    const waits: (string | undefined)[] = []
    page.on('response', (answer) => {
      if (answer.status() === 429) waits.push(answer.headers()['retry-after'])
    })
    await page.goto('/sign-in')
    await page.getByLabel(email).fill(ADMIN.email)
    const alert = page.getByRole('alert')
    // The first of the two that guess has ten tries from this address; the second finds them spent
    for (let tries = 0; tries < 12 && waits.length === 0; tries += 1) {
      await page.getByLabel(password, { exact: true }).fill(`guess number ${tries}`)
      const answered = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/sign-in'))
      await page.getByRole('button', { name: submit, exact: true }).click()
      await answered
      await alert.waitFor()
    }
    expect(Number(waits[0])).toBeGreaterThan(0)
    await expect.poll(() => alert.textContent()).toMatch(told)
    expect(offences).toEqual([])
  },
)
