import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { format } from 'prettier'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../parts/database.ts'
import { HubProcess } from '../e2e/hub-process.ts'

/**
 * What strangers' programs have been written against, letter by letter. A change here is a change of the contract: read
 * docs/format.md first, then `npm test -- test/compat/golden.test.ts -u`.
 */

const run = promisify(execFile)
const resources = new AsyncDisposableStack()
let hub: HubProcess
/** The folder of the task in the bucket, and what is in it by kind. */
let folder: string
let names: Record<'log' | 'manifest' | 'package', string>
let document: OpenApi

beforeAll(async () => {
  const database = resources.use(await createDatabase())
  hub = resources.use(await HubProcess.start({ databaseUrl: database.url }))
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'market_insight', kind: 'sample', connection: { rowsPerDay: 30 } }],
    destinations: [{ name: 'local', kind: 'filesystem', path: join(hub.folder, 'bucket') }],
    tasks: [
      {
        name: 'history',
        source: 'market_insight',
        destination: 'local',
        oneTime: { from: '2024-03-09', to: '2024-03-10', timeZone: 'America/Los_Angeles' },
      },
    ],
  })
  document = (await hub.ask('GET', '/openapi.json')) as OpenApi
  await hub.settled(1)
  folder = join(hub.folder, 'bucket', 'reports', '1')
  const files = await readdir(folder)
  const named = (end: string) => files.find((file) => file.endsWith(end)) ?? ''
  names = { log: named('.csv'), manifest: named('.manifest.json'), package: named('.zip') }
})

afterAll(async () => {
  await resources.disposeAsync()
})

/** Days, instants and identifiers of this run give way to words; everything else has to stay as it is. */
function normalize(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/g, '<YYYY-MM-DD HH:MM:SS.mmm>')
    .replaceAll(/(?<="snapshotAt": ")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<YYYY-MM-DDTHH:MM:SS.mmmZ>')
    .replaceAll(/(?<=_1_)\d{8}(?=[_.])/g, '<yyyymmdd>')
}

test('the sync log', async () => {
  const log = normalize(await readFile(join(folder, names.log), 'utf8'))
  await expect(log.replace(/(?<=\.zip,)\d+/, '<bytes>')).toMatchFileSnapshot('golden/sync_log.csv')
})

test('the manifest', async () => {
  const manifest = normalize(await readFile(join(folder, names.manifest), 'utf8'))
  // Names and times are in the zip; and what deflate makes of the same bytes differs from processor to processor.
  const lasting = manifest.replace(
    /("package": \{\n.*\n +"sizeBytes": )\d+(,\n +"sha256": ")[0-9a-f]{64}/,
    '$1<bytes>$2<hexadecimal>',
  )
  await expect(lasting).toMatchFileSnapshot('golden/manifest.json')
})

test('the package, as Info-ZIP lists it', async () => {
  const { stdout } = await run('unzip', ['-v', join(folder, names.package)])
  const entry = /^ *(\d+) +(\S+) +\d+ +-?\d+% +\S+ \d\d:\d\d (\w+) +(.*)$/gm
  const lines = [...stdout.matchAll(entry)].map(([, length, method, crc, name]) =>
    [length, method, crc, name].join(' '),
  )
  await expect(normalize(`length method CRC-32 name\n${lines.join('\n')}\n`)).toMatchFileSnapshot('golden/package.txt')
})

test('the names of all objects', async () => {
  const all = await readdir(join(hub.folder, 'bucket'), { recursive: true, withFileTypes: true })
  const objects = all.filter((entry) => entry.isFile() && !entry.name.startsWith('.datahub'))
  const keys = objects.map(({ parentPath, name }) => relative(join(hub.folder, 'bucket'), join(parentPath, name)))
  await expect(normalize(`${keys.sort().join('\n')}\n`)).toMatchFileSnapshot('golden/objects.txt')
})

test('the OpenAPI document', async () => {
  const text = await format(JSON.stringify(document), { parser: 'json', printWidth: 120 })
  await expect(text).toMatchFileSnapshot('golden/openapi.json')
})

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly parameters?: { name: string; in: string; required?: boolean; schema?: object }[]
  readonly responses: Record<string, { description?: string; content?: Record<string, { schema?: object }> }>
}

interface OpenApi {
  readonly openapi: string
  readonly security: Record<string, string[]>[]
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { securitySchemes: Record<string, object> }
}

test('the OpenAPI document is one that generators of clients can use', () => {
  expect(document.openapi).toMatch(/^3\.1\.\d$/)
  for (const requirement of document.security) {
    expect(Object.keys(document.components.securitySchemes)).toEqual(expect.arrayContaining(Object.keys(requirement)))
  }

  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, name: `${method} ${path}`, operation })),
  )
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { path, name, operation } of operations) {
    expect(operation.operationId, name).toMatch(/^\w+\.\w+$/)
    expect(operation.summary, name).toBeTruthy()
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
    expect(inPath.map((parameter) => `{${parameter.name}}`).sort(), name).toEqual((path.match(/\{\w+\}/g) ?? []).sort())
    for (const parameter of inPath) expect(parameter, name).toMatchObject({ required: true, schema: expect.anything() })
    const successes = Object.entries(operation.responses).filter(([status]) => /^2\d\d$/.test(status))
    expect(successes, name).toHaveLength(1)
    for (const [, { description, content = {} }] of successes) {
      expect(description, name).toBeTruthy()
      for (const { schema } of Object.values(content)) expect(schema, name).toBeDefined()
    }
  }
  for (const [reference] of JSON.stringify(document).matchAll(/(?<="\$ref":")[^"]+/g)) {
    const path = reference.replace(/^#\//, '').split('/')
    const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document)
    expect(found, reference).toBeDefined()
  }
})
