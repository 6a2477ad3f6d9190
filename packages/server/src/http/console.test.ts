import { expect, test } from 'vitest'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { consoleRoutes, readConsole } from './console.ts'

async function served() {
  const folder = await mkdtemp(join(tmpdir(), 'datahub-console-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<page>')
  await writeFile(join(folder, 'assets', 'main-1.js'), 'script')
  await writeFile(join(folder, 'assets', 'main-1.js.br'), 'BR')
  await writeFile(join(folder, 'assets', 'main-1.js.gz'), 'GZ')
  await writeFile(join(folder, '.stamp'), 'x')
  const assets = await readConsole(folder)
  await rm(folder, { recursive: true })
  if (!assets) throw new Error('no console')
  const app = consoleRoutes(assets)
  return (path: string, headers: Record<string, string> = {}) => app.request(path, { headers })
}

test('every address that is no file is answered with the page, which is never kept', async () => {
  const ask = await served()
  for (const path of ['/', '/tasks/161?tab=files', '/help/errors/request.invalid']) {
    const answer = await ask(path)
    expect([path, answer.status, await answer.text()]).toEqual([path, 200, '<page>'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(answer.headers.get('x-robots-tag')).toBe('noindex')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  }
})

test('the page may load scripts and send requests to its own host only, and be framed by nobody', async () => {
  const policy = (await (await served())('/')).headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("connect-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
})

test('a hashed asset is kept for ever, and compressed as the browser can read it', async () => {
  const ask = await served()
  const plain = await ask('/assets/main-1.js')
  expect([plain.headers.get('cache-control'), await plain.text()]).toEqual([
    'public, max-age=31536000, immutable',
    'script',
  ])
  for (const [accepted, encoding, content] of [
    ['gzip, deflate, br', 'br', 'BR'],
    ['gzip', 'gzip', 'GZ'],
  ] as const) {
    const answer = await ask('/assets/main-1.js', { 'Accept-Encoding': accepted })
    expect([answer.headers.get('content-encoding'), await answer.text()]).toEqual([encoding, content])
    expect(answer.headers.get('vary')).toBe('Accept-Encoding')
  }
})

test('a script that is not there is no page, nothing beside the assets is served, and the API is left alone', async () => {
  const ask = await served()
  for (const path of ['/assets/main-0.js', '/api/v1/nothing', '/.stamp.js']) expect((await ask(path)).status).toBe(404)
  expect(await (await ask('/.stamp')).text()).toBe('<page>')
})

test('where nothing was built there is no console', async () => {
  expect(await readConsole(join(tmpdir(), 'datahub-no-console'))).toBeUndefined()
})
