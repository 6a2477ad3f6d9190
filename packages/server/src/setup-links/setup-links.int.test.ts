import { contract } from '@datahub/core/api/contract'
import { RIGHTS } from '@datahub/core/access/rights'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { destinationKinds } from '../destinations/index.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'

let hub: HubUnderTest

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], destinationKinds)
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const bucket = { bucket: 'company-reports', region: 'cn-north-1', prefix: '' }
const keys = { accessKeyId: 'AKIACANARYCANARY0001', secretAccessKey: 'canary/secret/of/the/customer/0123456789' }

async function link(destination: string): Promise<{ id: number; code: string }> {
  return hub.ask('POST', '/setup-links', { destination, region: 'cn-north-1' })
}

test('whoever has the link enters the bucket once; nobody sees the secret', async () => {
  const { code } = await link('acme')
  const engineer = hub.as(code)
  expect(await engineer.ask('GET', '/setup-link')).toMatchObject({
    destination: 'acme',
    preset: { region: 'cn-north-1' },
  })
  expect(await engineer.ask('POST', '/setup-link/policy', bucket)).toMatchObject({ partition: 'aws-cn' })
  expect(
    (await engineer.request('POST', '/setup-link', { ...bucket, ...keys, endpoint: 'http://10.0.0.1' })).status,
  ).toBe(422)
  expect((await engineer.request('POST', '/setup-link', { ...bucket, ...keys, bucket: 'No Bucket' })).status).toBe(422)
  expect((await engineer.request('POST', '/setup-link', { ...bucket, ...keys })).status).toBe(200)
  expect(await hub.ask('GET', '/destinations/acme')).toMatchObject({
    bucket: 'company-reports',
    secretAccessKey: { set: true },
  })
  expect((await engineer.request('GET', '/setup-link')).status).toBe(401)
  expect((await engineer.request('POST', '/setup-link', { ...bucket, ...keys })).status).toBe(401)
  const told = JSON.stringify([await hub.ask('GET', '/audit'), await hub.ask('GET', '/setup-links')])
  expect([told.includes(code), told.includes(keys.secretAccessKey)]).toEqual([false, false])
  expect(await hub.ask('GET', '/setup-links')).toMatchObject([{ state: 'used' }])
})

test('R37: with its code nothing else is reached', async () => {
  const { code } = await link('other')
  for (const [noun, verbs] of Object.entries(contract)) {
    for (const [verb, operation] of Object.entries(verbs)) {
      const name = `${noun}.${verb}`
      const least = (RIGHTS as Readonly<Record<string, string>>)[name]
      const { method = 'POST', path = '' } = operation['~orpc'].route
      if (least === 'anyone' || least === 'setup-link') continue
      const body = method === 'GET' ? undefined : {}
      const { status } = await hub.as(code).request(method, path.replaceAll(/\{\w+\}/g, '1'), body)
      expect([name, [401, 403].includes(status)]).toEqual([name, true])
    }
  }
})

test('R37: whoever has a link that is used, revoked or too old is told so; a wrong code is told nothing', async () => {
  const [used, revoked, old] = [await link('zero'), await link('one'), await link('two')]
  expect((await hub.as(used.code).request('POST', '/setup-link', { ...bucket, ...keys })).status).toBe(200)
  await hub.ask('DELETE', `/setup-links/${revoked.id}`)
  await hub.sql('update setup_link set expires_at = now() where id = $1', [old.id])
  const answer = async (code: string) => {
    const { status, body } = await hub.as(code).request('GET', '/setup-link')
    return { status, code: body.code, state: body.facts?.state, at: body.facts?.at !== undefined }
  }
  const refused = { status: 401, code: 'auth.code_refused' }
  expect(await answer(used.code)).toEqual({ ...refused, state: 'used', at: true })
  expect(await answer(revoked.code)).toEqual({ ...refused, state: 'revoked', at: false })
  expect(await answer(old.code)).toEqual({ ...refused, state: 'expired', at: true })
  expect(await answer(`${used.code.slice(0, -1)}x`)).toEqual({ ...refused, state: undefined, at: false })
})

test('a store other than Amazon is named by whoever makes the link, and judged then; its bearer names none', async () => {
  const make = async (preset: object) => hub.request('POST', '/setup-links', { destination: 'elsewhere', ...preset })
  const wrong = await make({ endpoint: 'store.example.com' })
  expect([wrong.status, wrong.body.errors.map(({ field }: { field: string }) => field)]).toEqual([422, ['endpoint']])
  expect((await make({ endpoint: 'http://127.0.0.1:9' })).status, 'an address of this machine').toBe(422)
  expect((await make({ region: 'mars-1' })).body.errors[0].field).toBe('region')
  const endpoint = 'https://store.example.com'
  const { body } = await make({ endpoint, pathStyle: true, region: 'eu-1' })
  const engineer = hub.as(body.code)
  expect(await engineer.ask('GET', '/setup-link')).toMatchObject({ preset: { endpoint, region: 'eu-1' } })
  const given = { ...bucket, region: 'eu-1', ...keys }
  expect(
    (await engineer.request('POST', '/setup-link', { ...given, endpoint: 'https://other.example.com' })).status,
  ).toBe(422)
  expect((await engineer.request('POST', '/setup-link', given)).status).toBe(200)
  const made = await hub.ask('GET', '/destinations/elsewhere')
  expect(made).toMatchObject({ endpoint, pathStyle: true, bucket: bucket.bucket })

  // New keys for one that exists: what the bearer does not enter stays
  await hub.ask('PUT', '/destinations/elsewhere', {
    ...{ kind: 's3', endpoint, pathStyle: true, encryption: 'sse-s3', ...bucket, region: 'eu-1', ...keys },
  })
  const { code } = await hub.ask('POST', '/setup-links', { destination: 'elsewhere' })
  await hub.as(code).ask('POST', '/setup-link', { ...given, bucket: 'another-bucket' })
  expect(await hub.ask('GET', '/destinations/elsewhere')).toMatchObject({
    endpoint,
    pathStyle: true,
    encryption: 'sse-s3',
    bucket: 'another-bucket',
  })
})
