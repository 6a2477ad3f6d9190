import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { Browser, type Answer } from '../testing/browser.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { IdentityProvider } from '../testing/identity-provider.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest
let provider: IdentityProvider

const client = { id: 'data-hub', secret: 'the secret of the hub at the provider' }
const returnAddress = () => `${hub.url}/api/v1/sign-in/oidc/callback/oidc`

beforeAll(async () => {
  provider = await IdentityProvider.start()
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind], {
    DATAHUB_OIDC_ISSUER: provider.issuer,
    DATAHUB_OIDC_CLIENT_ID: client.id,
    DATAHUB_OIDC_CLIENT_SECRET: client.secret,
    DATAHUB_OIDC_ROLE_CLAIM: 'groups',
  })
  await hub.stop()
  provider.person = 'vera'
  provider.people.set('vera', { email: 'vera@example.com', email_verified: true, name: 'Vera', groups: ['viewer'] })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

/** The hub starts with other settings; the provider knows it as it should. */
async function start(settings: Record<string, string> = {}): Promise<void> {
  await hub.start(settings)
  provider.register({ ...client, redirectUri: returnAddress() })
}

beforeEach(() => {
  provider.isDown = false
  provider.clockOffMs = 0
})
afterEach(() => hub.stop())

/** What somebody is told who wants to sign in: one wrong field with its cure, no secret and nothing of the code. */
async function refusal(): Promise<{ status: number; code: string; field?: string; told: string; cure: string }> {
  const { status, body } = await new Browser(hub.url).request('POST', '/sign-in/oidc')
  const all = JSON.stringify(body)
  for (const secret of [client.secret, 'not-the-secret', 'node_modules', 'Error:', '.ts:', '    at '])
    expect([secret, all.includes(secret)]).toEqual([secret, false])
  const [wrong] = body.errors ?? []
  return { status, code: body.code, field: wrong?.field, told: wrong?.problem ?? '', cure: wrong?.cure ?? body.cure }
}

async function begin(browser: Browser): Promise<string> {
  const { status, body } = await browser.request('POST', '/sign-in/oidc')
  expect([status, body]).toEqual([200, { url: expect.any(String) }])
  return body.url
}

function leadsTo({ status, headers }: Answer): string | undefined {
  expect(status).toBe(302)
  return headers.location
}

async function signIn(browser = new Browser(hub.url)): Promise<string | undefined> {
  return leadsTo(await browser.request('GET', await provider.visit(await begin(browser))))
}

async function newestOutcome(): Promise<unknown> {
  return (await hub.ask('GET', '/audit?action=session&limit=1'))[0].outcome
}

test('a provider that does not answer: later, or by password', async () => {
  await start()
  provider.isDown = true
  expect(await refusal()).toMatchObject({
    status: 503,
    code: 'auth.provider_unreachable',
    cure: expect.stringMatching(/password.*DATAHUB_OIDC_ISSUER/),
  })
  provider.isDown = false
  expect(await signIn()).toBe('/')
  // Between there and back
  const browser = new Browser(hub.url)
  const back = await provider.visit(await begin(browser))
  provider.isDown = true
  expect(leadsTo(await browser.request('GET', back))).toBe('/sign-in?error=auth.provider_unreachable')
  expect(await newestOutcome()).toBe('auth.provider_unreachable')
})

test('an issuer where there is no provider, and one that calls itself otherwise', async () => {
  await start({ DATAHUB_OIDC_ISSUER: `${provider.issuer}/realms/typo` })
  expect(await refusal()).toMatchObject({
    status: 500,
    code: 'auth.provider_issuer',
    field: 'DATAHUB_OIDC_ISSUER',
    told: expect.stringContaining('/realms/typo/.well-known/openid-configuration answers 404'),
  })
  await hub.stop()
  const other = provider.issuer.replace('127.0.0.1', 'localhost')
  await start({ DATAHUB_OIDC_ISSUER: other })
  expect(await refusal()).toMatchObject({
    code: 'auth.provider_issuer',
    field: 'DATAHUB_OIDC_ISSUER',
    told: expect.stringContaining(`calls itself by: ${provider.issuer}`),
    cure: expect.stringContaining(provider.issuer),
  })
})

test('a wrong client secret is told before anybody is sent away, and also when it becomes wrong on the way', async () => {
  await start({ DATAHUB_OIDC_CLIENT_SECRET: 'not-the-secret' })
  const wrong = { status: 500, code: 'auth.provider_client', field: 'DATAHUB_OIDC_CLIENT_SECRET' }
  expect(await refusal()).toMatchObject({ ...wrong, cure: expect.stringContaining('provider') })
  await hub.stop()
  await start()
  const browser = new Browser(hub.url)
  const back = await provider.visit(await begin(browser))
  provider.register({ ...client, secret: 'a new one of the provider', redirectUri: returnAddress() })
  expect(leadsTo(await browser.request('GET', back))).toBe('/sign-in?error=auth.provider_client')
  expect(await newestOutcome()).toBe('auth.provider_client')
})

test('a redirect URI that the provider does not know is told with the one to enter there', async () => {
  await start()
  provider.register({ ...client, redirectUri: 'https://hub.example.com/api/v1/sign-in/oidc/callback/oidc' })
  expect(await refusal()).toMatchObject({
    status: 500,
    code: 'auth.provider_return_address',
    field: 'redirect URI at the provider',
    told: `is not ${returnAddress()}`,
    cure: expect.stringMatching(/^Add http.*callback\/oidc to the redirect URIs.*DATAHUB_PUBLIC_URL/),
  })
})

test('a token that has run out by the clock of the hub: the clock is told, if it is that', async () => {
  await start()
  provider.clockOffMs = -2 * 3_600_000
  expect(await signIn()).toBe('/sign-in?error=auth.provider_clock')
  expect(await newestOutcome()).toBe('auth.provider_clock')
  provider.clockOffMs = 0
  expect(await signIn()).toBe('/')
})

test('an e-mail address that the provider has not verified does not open the account of who has it here', async () => {
  await start()
  await hub.ask('POST', '/users', { email: 'ida@example.com', name: 'Ida', role: 'operator' })
  provider.person = 'thief'
  provider.people.set('thief', { email: 'ida@example.com', email_verified: false, name: 'x', groups: ['viewer'] })
  expect(await signIn()).toBe('/sign-in?error=auth.email_unverified')
  expect(await newestOutcome()).toBe('auth.email_unverified')
  provider.person = 'vera'
})

test('what is wrong stands among the checks of the hub, with its cure', async () => {
  const check = async () => (await hub.ask('GET', '/system')).checks.find((one: { name: string }) => one.name === 'sso')
  await start()
  expect(await check()).toMatchObject({ ok: true })
  await hub.stop()
  await start({ DATAHUB_OIDC_CLIENT_SECRET: 'not-the-secret' })
  const { ok, message, remedy, failures } = await check()
  expect([ok, message, remedy]).toEqual([
    false,
    expect.stringContaining('DATAHUB_OIDC_CLIENT_SECRET is not the secret'),
    expect.stringContaining('Copy both again'),
  ])
  expect(failures).toMatchObject([
    {
      code: 'auth.provider_client',
      errors: [{ field: 'DATAHUB_OIDC_CLIENT_SECRET', cure: expect.stringContaining('Copy both again') }],
    },
  ])
  expect(JSON.stringify([message, remedy, failures])).not.toContain('not-the-secret')
})
