import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findConnection } from './connection.ts'

async function folderWithToken(): Promise<string> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'datahub-connection-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  await mkdir(path.join(cwd, '.datahub'))
  await writeFile(path.join(cwd, '.datahub', 'token'), 'dh_local\n')
  return cwd
}

test.each([
  [undefined, {}, 'http://127.0.0.1:8420'],
  [undefined, { DATAHUB_PORT: '9000' }, 'http://127.0.0.1:9000'],
  [undefined, { DATAHUB_PORT: '9000', DATAHUB_URL: 'https://hub.example.com/data/' }, 'https://hub.example.com/data'],
  ['http://other:1', { DATAHUB_URL: 'https://hub.example.com' }, 'http://other:1'],
])('--url, then DATAHUB_URL, then DATAHUB_PORT: %s %j', async (option, env, url) => {
  await expect(findConnection({ url: option }, env, '/nowhere')).resolves.toMatchObject({ url })
})

test.each(['hub:8420', 'nonsense', 'ftp://hub', 'http://me:secret@hub', 'http://hub?x=1'])(
  'refuses %s without repeating what may be a secret',
  async (url) => {
    await expect(findConnection({ url }, {}, '/nowhere')).rejects.toMatchObject({
      code: 'request.invalid',
      fields: [{ field: '--url', problem: expect.not.stringContaining('secret') }],
    })
  },
)

test('a wrong DATAHUB_PORT is named', async () => {
  await expect(findConnection({}, { DATAHUB_PORT: '84x' }, '/')).rejects.toMatchObject({
    fields: [{ field: 'DATAHUB_PORT' }],
  })
})

test('the token of the environment wins over the one that serve left', async () => {
  const cwd = await folderWithToken()
  await expect(findConnection({}, {}, cwd)).resolves.toMatchObject({ token: 'dh_local' })
  await expect(findConnection({}, { DATAHUB_TOKEN: ' dh_env\n' }, cwd)).resolves.toMatchObject({
    token: 'dh_env',
  })
})

test("a local hub's token is not handed to another machine, unless its folder was named", async () => {
  const cwd = await folderWithToken()
  const env = { DATAHUB_URL: 'https://hub.example.com' }
  await expect(findConnection({}, env, cwd)).resolves.toMatchObject({ token: undefined })
  const named = { ...env, DATAHUB_DATA_DIR: '.datahub' }
  await expect(findConnection({}, named, cwd)).resolves.toMatchObject({ token: 'dh_local' })
})

test('a token file that cannot be read says so; one that is not there is no error yet', async () => {
  const cwd = await folderWithToken()
  await expect(findConnection({}, { DATAHUB_DATA_DIR: '/nowhere' }, cwd)).resolves.toMatchObject({
    token: undefined,
    tokenOrigin: 'none: DATAHUB_TOKEN is not set and there is no /nowhere/token',
  })
  await rm(path.join(cwd, '.datahub', 'token'))
  await mkdir(path.join(cwd, '.datahub', 'token'))
  await expect(findConnection({}, {}, cwd)).rejects.toMatchObject({
    code: 'auth.missing',
    facts: { reason: 'EISDIR' },
  })
})

test('what is no token is refused without being repeated', async () => {
  const refusal: unknown = await findConnection({}, { DATAHUB_TOKEN: 'dh_a\ndh_b' }, '/').catch(
    (error: unknown) => error,
  )
  expect(refusal).toMatchObject({ code: 'auth.refused', message: expect.not.stringContaining('dh_a') })
})

test.each([
  [undefined, {}, undefined],
  [undefined, { DATAHUB_WORKSPACE: '' }, undefined],
  [undefined, { DATAHUB_WORKSPACE: 'team-ads' }, 'team-ads'],
  ['acme', { DATAHUB_WORKSPACE: 'team-ads' }, 'acme'],
])("--workspace, then DATAHUB_WORKSPACE, then the token's own: %s %j", async (option, env, workspace) => {
  await expect(findConnection({ workspace: option }, env, '/nowhere')).resolves.toMatchObject({ workspace })
})

test.each([
  ['--workspace', { workspace: 'Team Ads' }, {}],
  ['--workspace', { workspace: '' }, {}],
  ['DATAHUB_WORKSPACE', {}, { DATAHUB_WORKSPACE: 'a\r\nAuthorization: x' }],
])('what is no name of a workspace is refused before it is sent, and %s is named', async (field, wanted, env) => {
  await expect(findConnection(wanted, env, '/nowhere')).rejects.toMatchObject({
    code: 'request.invalid',
    fields: [{ field, cure: expect.stringContaining('datahub workspace list') }],
  })
})
