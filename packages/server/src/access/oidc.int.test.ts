import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser, type Answer } from '../testing/browser.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { IdentityProvider, type Claims } from '../testing/identity-provider.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest
let provider: IdentityProvider

const client = { id: 'data-hub', secret: 'a secret of the hub at the provider' }

beforeAll(async () => {
  provider = await IdentityProvider.start()
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind], {
    DATAHUB_OIDC_ISSUER: provider.issuer,
    DATAHUB_OIDC_CLIENT_ID: client.id,
    DATAHUB_OIDC_CLIENT_SECRET: client.secret,
    DATAHUB_OIDC_ROLE_CLAIM: 'groups',
    DATAHUB_OIDC_ROLES: 'hub-admins=admin,analysts=viewer',
  })
  provider.register({ ...client, redirectUri: `${hub.url}/api/v1/sign-in/oidc/callback/oidc` })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

const hasSession = (browser: Browser) => [...browser.cookies.keys()].some((name) => name.includes('session_token'))

async function begin(browser: Browser): Promise<string> {
  const { status, body } = await browser.request('POST', '/sign-in/oidc')
  expect([status, typeof body.url]).toEqual([200, 'string'])
  return body.url
}

/** Goes all the way; answers where the browser stands in the end. */
async function signIn(browser: Browser, sub: string, claims: Claims): Promise<string | undefined> {
  provider.person = sub
  provider.people.set(sub, { email_verified: true, name: sub, ...claims })
  return leadsTo(await browser.request('GET', await provider.visit(await begin(browser))))
}

function leadsTo({ status, headers }: Answer): string | undefined {
  expect(status).toBe(302)
  return headers.location
}

async function newest(): Promise<unknown> {
  const [entry] = await hub.ask('GET', '/audit?action=session.signIn&limit=1')
  return entry
}

test('a role of the claim makes a member, by code with PKCE, state and nonce', async () => {
  const browser = new Browser(hub.url)
  expect((await browser.request('GET', '/sign-in')).body.oidc).toEqual({ name: 'Single sign-on' })
  const asked = new URL(await begin(browser)).searchParams
  expect(Object.fromEntries(asked)).toMatchObject({ response_type: 'code', code_challenge_method: 'S256' })
  for (const name of ['state', 'nonce', 'code_challenge']) expect([name, asked.get(name)?.length]).not.toContain(0)

  expect(await signIn(browser, 'vera', { email: 'vera@example.com', groups: ['sales', 'analysts'] })).toBe('/')
  expect((await browser.request('GET', '/me')).body).toMatchObject({
    user: { email: 'vera@example.com', name: 'vera' },
    workspace: { name: 'default' },
    role: 'viewer',
  })
  expect((await browser.request('GET', '/sessions')).body).toMatchObject([{ isCurrent: true, from: '127.0.0.1' }])
  expect(await newest()).toMatchObject({
    actor: { kind: 'user', name: 'vera@example.com' },
    from: '127.0.0.1',
    subject: 'vera@example.com',
    outcome: 'done',
  })
  // Nothing of the provider's opens anything in anybody's name later
  const [account] = await hub.sql(
    `select access_token, refresh_token, id_token from user_account where provider_id = 'oidc'`,
  )
  expect(account).toEqual({ access_token: null, refresh_token: null, id_token: null })
})

test('the claim counts anew at every sign-in', async () => {
  const browser = new Browser(hub.url)
  const claims = { email: 'rob@example.com' }
  const role = async () => (await browser.request('GET', '/me')).body.role
  expect(await signIn(browser, 'rob', { ...claims, groups: ['hub-admins', 'analysts'] })).toBe('/')
  expect(await role()).toBe('admin')
  await signIn(new Browser(hub.url), 'second', { email: 'second@example.com', groups: 'hub-admins' })
  expect(await signIn(browser, 'rob', { ...claims, groups: 'operator' })).toBe('/')
  expect(await role()).toBe('operator')
  expect(await signIn(browser, 'rob', claims)).toBe('/sign-in?error=auth.not_admitted')
  expect((await browser.request('GET', '/me')).status).toBe(401)
})

test('whoever nobody invited and who has no role is refused, and no user is made of them', async () => {
  const browser = new Browser(hub.url)
  expect(await signIn(browser, 'sam', { email: 'sam@example.com', groups: ['sales'] })).toBe(
    '/sign-in?error=auth.not_admitted',
  )
  expect(hasSession(browser)).toBe(false)
  expect(await hub.sql(`select 1 from "user" where email = 'sam@example.com'`)).toEqual([])
  expect(await newest()).toMatchObject({ actor: { kind: 'nobody' }, outcome: 'auth.not_admitted' })
})

test('whoever was invited is the same user, if the provider has verified the e-mail address', async () => {
  const { id } = await hub.ask('POST', '/users', { email: 'ida@example.com', name: 'Ida', role: 'operator' })
  const browser = new Browser(hub.url)
  const claims = { email: 'ida@example.com', groups: 'viewer' }
  expect(await signIn(browser, 'thief', { ...claims, email_verified: false })).toBe(
    '/sign-in?error=auth.email_unverified',
  )
  expect(await signIn(browser, 'ida', claims)).toBe('/')
  expect((await browser.request('GET', '/me')).body).toMatchObject({ user: { id }, role: 'viewer' })
})

test('nobody is made a user of an address that the provider has not verified, by whatever role', async () => {
  const browser = new Browser(hub.url)
  const claims = { email: 'boss@example.com', groups: 'hub-admins', email_verified: false }
  expect(await signIn(browser, 'mallory', claims)).toBe('/sign-in?error=auth.email_unverified')
  expect(hasSession(browser)).toBe(false)
  expect(await hub.sql(`select 1 from "user" where email = 'boss@example.com'`)).toEqual([])
  expect(await newest()).toMatchObject({ actor: { kind: 'nobody' }, outcome: 'auth.email_unverified' })
})

test('whoever changes their address at the provider keeps the one they had until the new one is verified', async () => {
  const browser = new Browser(hub.url)
  const claims = { email: 'tess@example.com', groups: 'analysts' }
  const email = async () => (await browser.request('GET', '/me')).body.user.email
  expect(await signIn(browser, 'tess', claims)).toBe('/')
  expect(await signIn(browser, 'tess', { ...claims, email: 'chief@example.com', email_verified: false })).toBe('/')
  expect(await email()).toBe('tess@example.com')
  expect(await signIn(browser, 'tess', { ...claims, email: 'tess.new@example.com' })).toBe('/')
  expect(await email()).toBe('tess.new@example.com')
})

test('an answer of the provider for another browser, another request or the second time is refused', async () => {
  provider.person = 'vera'
  const [browser, other] = [new Browser(hub.url), new Browser(hub.url)]
  const refused = '/sign-in?error=auth.provider_refused'
  const back = await provider.visit(await begin(browser))
  expect(leadsTo(await other.request('GET', back))).toBe(refused)
  const changed = new URL(await provider.visit(await begin(browser)))
  changed.searchParams.set('state', 'x'.repeat(32))
  expect(leadsTo(await browser.request('GET', changed.href))).toBe(refused)
  changed.searchParams.delete('state')
  expect(leadsTo(await browser.request('GET', changed.href))).toBe(refused)
  const replayed = new URL(await begin(browser))
  replayed.searchParams.set('nonce', 'of another sign-in')
  expect(leadsTo(await browser.request('GET', await provider.visit(replayed.href)))).toBe(refused)
  const once = await provider.visit(await begin(browser))
  expect(leadsTo(await browser.request('GET', once))).toBe('/')
  expect(leadsTo(await browser.request('GET', once))).toBe(refused)
  expect(hasSession(other)).toBe(false)
  expect(await newest()).toMatchObject({ actor: { kind: 'nobody' }, outcome: 'auth.provider_refused' })
})

test('a code that was asked for with another PKCE challenge is refused', async () => {
  provider.person = 'vera'
  const browser = new Browser(hub.url)
  const url = new URL(await begin(browser))
  url.searchParams.set('code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  expect(leadsTo(await browser.request('GET', await provider.visit(url.href)))).toBe(
    '/sign-in?error=auth.provider_refused',
  )
})

test('whoever is disabled is refused, whatever the provider says', async () => {
  const browser = new Browser(hub.url)
  const claims = { email: 'dan@example.com', groups: 'analysts' }
  expect(await signIn(browser, 'dan', claims)).toBe('/')
  const { id } = (await browser.request('GET', '/me')).body.user
  await hub.ask('POST', `/users/${id}/disable`)
  expect(await signIn(browser, 'dan', claims)).toBe('/sign-in?error=auth.not_admitted')
  expect((await browser.request('GET', '/me')).status).toBe(401)
})

test('a session is from where the request comes, whatever the request says', async () => {
  provider.person = 'vera'
  const browser = new Browser(hub.url)
  const back = await provider.visit(await begin(browser))
  await browser.request('GET', back, { headers: { 'x-datahub-from': '203.0.113.9' } })
  const sessions = (await browser.request('GET', '/sessions')).body as { from: string }[]
  expect(sessions.map(({ from }) => from)).not.toContain('203.0.113.9')
})
