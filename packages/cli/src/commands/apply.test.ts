import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { HubDefinition } from '@datahub/core/task/definition'
import { expect, test } from 'vitest'
import { fakeHub } from '../testing/fake-hub.ts'
import { sampleProblem } from '../testing/samples.ts'
import { runIn } from '../testing/test-world.ts'

const EXAMPLE = fileURLToPath(new URL('../yaml/fixtures/hub.yaml.txt', import.meta.url))
const env = { ADS_PASSWORD: 's3cret', ACME_KEY: 'AKIAEXAMPLE', ACME_SECRET: 'wJalr' }
const changes = [
  { noun: 'source', name: 'market_insight', action: 'unchanged', fields: [] },
  { noun: 'destination', name: 'acme', action: 'update', fields: ['region', 'secretAccessKey'] },
  { noun: 'task', name: 'Market insight daily', action: 'create', fields: [] },
]
const lines = `= unchanged source "market_insight"
~ update destination "acme" (region, secretAccessKey)
+ create task "Market insight daily"
`

test('plan shows a line for each, and what to do next', async () => {
  const hub = await fakeHub({ 'POST /plan': { body: changes } })
  const { code, out, err } = await runIn({ url: hub.url, env }, 'plan', '-f', EXAMPLE)
  expect(code).toBe(0)
  expect(out).toBe(lines)
  expect(err).toBe(`1 to create, 1 to update, 1 unchanged. Do it with: datahub apply -f ${EXAMPLE}\n`)
})

test('apply sends the whole definition and shows what was done', async () => {
  const hub = await fakeHub({ 'POST /apply': { body: changes } })
  const { code, out, err } = await runIn({ url: hub.url, env }, 'apply', '-f', EXAMPLE)
  expect(code).toBe(0)
  expect(out).toBe(lines)
  expect(err).toBe('Applied: 1 created, 1 updated, 1 unchanged.\n')
  expect(HubDefinition.parse(hub.asked[0]?.body)).toMatchObject({
    sources: [{ connection: { password: 's3cret' } }],
    tasks: [{}, { oneTime: { from: '2024-01-01', to: '2024-06-30' } }],
  })
})

test('apply -f - reads stdin, and --json prints the changes as they come', async () => {
  const hub = await fakeHub({ 'POST /apply': { body: changes } })
  const stdin = await readFile(EXAMPLE, 'utf8')
  const { out, err } = await runIn({ url: hub.url, env, stdin }, 'apply', '-f', '-', '--json')
  expect(JSON.parse(out)).toEqual(changes)
  expect(err).toBe('')
})

test('a wrong file is refused before anything is sent', async () => {
  const hub = await fakeHub({})
  const { code, out, err } = await runIn({ url: hub.url, stdin: 'tasks: [{ name: x }]' }, 'apply', '-f', '-')
  expect(code).toBe(2)
  expect(out).toBe('')
  expect(err).toBe(`Error: Could not use <stdin>: the input is not valid.
  <stdin>:1:9 tasks[0].source: is missing
      Give it: a text.
  <stdin>:1:9 tasks[0].destination: is missing
      Give it: a text.
Try: Correct the file and run it again. Nothing was sent to the hub.
`)
  expect(hub.asked).toEqual([])
})

test("the hub's field problems come back with the line of the file", async () => {
  const problem = sampleProblem({
    detail: 'Could not apply the definitions: the input is not valid.',
    errors: [{ field: 'sources[0].connection.host', problem: 'is not an address', cure: 'Give a host name.' }],
  })
  const hub = await fakeHub({ 'POST /apply': { status: 422, body: problem } })
  const { code, err } = await runIn({ url: hub.url, env }, 'apply', '-f', EXAMPLE)
  expect(code).toBe(2)
  expect(err).toContain(`  ${EXAMPLE}:4:25 sources[0].connection.host: is not an address\n      Give a host name.\n`)
})

test('without a file it is a wrong usage', async () => {
  const { code, err } = await runIn({}, 'apply')
  expect(code).toBe(2)
  expect(err).toBe("Error: Required option '-f, --file <file>' not specified.\nTry: datahub apply --help\n")
})
