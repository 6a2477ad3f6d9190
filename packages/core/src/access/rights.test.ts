import { expect, test } from 'vitest'
import { contract } from '../api/contract.ts'
import { may, RIGHTS, type Operation } from './rights.ts'
import { ROLES } from './role.ts'

const operations = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).map(([verb, operation]) => {
    const { method = 'POST', path = '/' } = operation['~orpc'].route
    return { name: `${noun}.${verb}` as Operation, method, path }
  }),
)

test('R37: every operation of the contract stands in the table of rights, and nothing else', () => {
  expect(Object.keys(RIGHTS).sort()).toEqual(operations.map(({ name }) => name).sort())
})

test('R37: role × route is what was reviewed', async () => {
  const lines = operations
    .map(({ name, method, path }) => `${RIGHTS[name].padEnd(10)} ${method.padEnd(6)} ${path}  (${name})`)
    .sort()
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('rights.golden.txt')
})

test('R37: what starts, tests or reads data needs more than a viewer', () => {
  const verbs = ['run', 'retry', 'test', 'testUnsaved', 'preview', 'cancel', 'start', 'create', 'replace', 'remove']
  for (const { name } of operations) {
    const verb = name.slice(name.indexOf('.') + 1)
    const standing = { isSignedIn: true, role: 'viewer', isHubAdmin: false, only: null } as const
    if (verbs.includes(verb) && RIGHTS[name] !== 'anyone') expect([name, may(standing, name)]).toEqual([name, false])
  }
})

test('what a viewer may may an operator, and so on; what is not in the table may nobody', () => {
  for (const { name } of operations) {
    const allowed = ROLES.map((role) => may({ isSignedIn: true, role, isHubAdmin: false, only: null }, name))
    expect([name, allowed]).toEqual([name, allowed.toSorted((a, b) => Number(a) - Number(b))])
  }
  for (const name of ['task.explode', '__proto__', 'constructor', 'toString', ''])
    expect(may({ isSignedIn: true, role: 'admin', isHubAdmin: true, only: null }, name)).toBe(false)
})

test('a narrowed token may only what it is narrowed to, and of that only what its role may', () => {
  const standing = {
    isSignedIn: true,
    role: 'operator',
    isHubAdmin: false,
    only: ['task.run', 'token.create'],
  } as const
  expect(['task.run', 'task.list', 'token.create'].map((name) => may(standing, name))).toEqual([true, false, false])
})
