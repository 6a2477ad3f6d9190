import { ROLES, type Role } from '@datahub/core/access/role'
import type { TaskView } from '@datahub/core/api/task-shapes'
import { createElement, type ComponentType } from 'react'
import { beforeAll, expect, test, vi } from 'vitest'

const task = { id: 1, name: 'Daily', status: 'scheduled', schedule: { every: 'day' }, lastExecution: null } as TaskView

let buttons: (role: Role) => string[]
let tokens: (role: Role) => string

beforeAll(async () => {
  // Where the hub and the workspace are is read from the address as soon as their modules load
  vi.stubGlobal('window', { location: new URL('http://hub.example.com/') })
  const { seenBy } = await import('../../testing/seen-by.ts')
  vi.unstubAllGlobals()
  const { TaskButtons } = await import('./task-buttons.tsx')
  const { TokensTab } = await import('../settings/tokens-tab.tsx')
  const draw = <Props extends object>(role: Role, part: ComponentType<Props>, props: Props) =>
    seenBy(role, createElement(part, props))
  buttons = (role) =>
    [...draw(role, TaskButtons, { task, onBackfill: () => undefined }).matchAll(/<button.*?<\/button>/gs)].map(
      ([button]) => button.replaceAll(/<[^>]*>/g, '') || (/aria-label="([^"]*)"/.exec(button)?.[1] ?? ''),
    )
  tokens = (role) => draw(role, TokensTab, {}).replaceAll(/<[^>]*>/g, '')
})

test('R37: what changes a task is offered to those who may, and to nobody else', () => {
  const all = ['Run now', 'Backfill…', 'Pause', 'More actions']
  expect(ROLES.map((role) => [role, buttons(role)])).toEqual([
    ['viewer', []],
    ['operator', all],
    ['admin', all],
  ])
})

test('R37: whoever may not use a page is told which role it needs', () => {
  const needed = 'This needs the role Admin. An admin of the workspace can give it to you.'
  expect(ROLES.map((role) => [role, tokens(role).includes(needed)])).toEqual([
    ['viewer', true],
    ['operator', true],
    ['admin', false],
  ])
})
