import { IdentityProvider } from '@datahub/server/testing/identity-provider'
import { expect, test } from 'vitest'
import { HubProcess } from '../e2e/hub-process.ts'
import { becomeAdmin, visit } from './browser.ts'
import { useBrowser } from './use-browser.ts'

const browser = useBrowser()

test(
  'single sign-on leads to the identity provider and back to the page that was wanted',
  { timeout: 180_000 },
  async () => {
    await using provider = await IdentityProvider.start()
    const client = { id: 'data-hub', secret: 'a secret of the hub at the provider' }
    await using hub = await HubProcess.start({
      env: {
        DATAHUB_OIDC_ISSUER: provider.issuer,
        DATAHUB_OIDC_CLIENT_ID: client.id,
        DATAHUB_OIDC_CLIENT_SECRET: client.secret,
        DATAHUB_OIDC_NAME: 'Acme',
        DATAHUB_OIDC_ROLE_CLAIM: 'groups',
        DATAHUB_OIDC_ROLES: 'analysts=viewer',
      },
    })
    provider.register({ ...client, redirectUri: `${hub.url}/api/v1/sign-in/oidc/callback/oidc` })
    await becomeAdmin(hub)
    await using visited = await visit(browser(), { url: hub.url, cookies: [] }, { alsoAsks: provider.issuer })
    const { page, offences } = visited
    const leave = () => page.getByRole('button', { name: 'Sign in with Acme' }).click()

    await page.goto('/sign-in')
    await page.route('**/sign-in/oidc', (route) => route.abort())
    await leave()
    await page.getByRole('alert').getByText('The hub does not answer.').waitFor()
    await page.unroute('**/sign-in/oidc')

    provider.person = 'sam'
    provider.people.set('sam', { email: 'sam@example.com', email_verified: true, name: 'Sam', groups: ['sales'] })
    await leave()
    await page.getByText(/Could not sign in: .*may not/).waitFor()
    expect(new URL(page.url()).searchParams.get('error')).toBe('auth.not_admitted')

    await page.context().clearCookies()
    provider.person = 'vera'
    provider.people.set('vera', { email: 'vera@example.com', email_verified: true, name: 'Vera', groups: ['analysts'] })
    await page.goto('/tasks?status=failed')
    await leave()
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor()
    expect(new URL(page.url()).search).toBe('?status=failed')
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByText('vera@example.com').waitFor()
    expect(offences).toEqual([])
  },
)
