import { expect, test } from 'vitest'
import golden from '../../../../../test/compat/golden/openapi.json' with { type: 'json' }
import { operationsOf, type Document } from './document.ts'
import { curlOf, exampleOf } from './example.ts'
import { fieldsOf } from './fields.ts'

const document = golden as unknown as Document
const operations = operationsOf(document)
const byId = (id: string) => {
  const found = operations.find((one) => one.id === id)
  if (!found) throw new Error(`there is no ${id}`)
  return found
}
const base = 'https://hub.example.com/api/v1'

test('every operation of the document has a command without a token in it', () => {
  expect(operations.length).toBeGreaterThan(100)
  for (const one of operations) {
    const command = curlOf(one, document, base)
    expect([one.id, command.includes('Bearer $DATAHUB_TOKEN'), command.includes('{task}')]).toEqual([
      one.id,
      true,
      false,
    ])
    expect(one.summary.length).toBeGreaterThan(0)
  }
})

test('a command has method, path with its gaps, and the least body', () => {
  expect(curlOf(byId('task.run'), document, base)).toBe(
    [
      `curl -X POST 'https://hub.example.com/api/v1/tasks/<task>/run'`,
      `-H "Authorization: Bearer $DATAHUB_TOKEN"`,
      `-H 'Content-Type: application/json'`,
      `-d '{}'`,
    ].join(' \\\n  '),
  )
  expect(curlOf(byId('task.list'), document, base)).toBe(
    `curl 'https://hub.example.com/api/v1/tasks' \\\n  -H "Authorization: Bearer $DATAHUB_TOKEN"`,
  )
  expect(exampleOf(byId('user.create').body ?? {}, document)).toEqual({
    email: 'ada@example.com',
    name: '…',
    role: 'viewer',
  })
})

test('a quote in an example does not end the argument of the shell', () => {
  const body = { type: 'object', required: ['name'], properties: { name: { const: "it's" } } }
  expect(curlOf({ ...byId('user.create'), body }, document, base)).toContain(String.raw`{"name":"it'\''s"}`)
})

test('fields are named by their path, with what they may be', () => {
  const fields = fieldsOf(byId('task.list').answer?.schema ?? {}, document)
  expect(fields.find(({ path }) => path === 'items[].name')).toMatchObject({ type: 'string', isRequired: true })
  const [role] = fieldsOf(byId('user.setRole').body ?? {}, document)
  expect(role).toMatchObject({ path: 'role', type: '"viewer" | "operator" | "admin"', isRequired: true })
})
