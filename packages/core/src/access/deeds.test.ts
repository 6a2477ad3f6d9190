import { expect, test } from 'vitest'
import { contract } from '../api/contract.ts'
import { isDeed } from './deeds.ts'

test('what is a GET is no deed; what pages ask for while somebody types or looks is none either', () => {
  const routes = Object.entries(contract).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, { '~orpc': orpc }]) => ({ name: `${noun}.${verb}`, method: orpc.route.method })),
  )
  expect(routes.length).toBeGreaterThan(100)
  const deeds = routes.filter(({ name }) => isDeed(name))
  expect(deeds.filter(({ method }) => method === 'GET')).toEqual([])
  expect(routes.filter(({ name, method }) => method !== 'GET' && !isDeed(name)).map(({ name }) => name)).toEqual([
    'source.discoverUnsaved',
    'source.previewUnsaved',
    'source.estimateUnsaved',
    'task.validate',
    'task.previewSchedule',
    'hub.plan',
    'audit.verify',
    'setupLink.policy',
  ])
  expect(isDeed('nothing.known')).toBe(false)
})
