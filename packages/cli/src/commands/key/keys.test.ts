import { expect, test } from 'vitest'
import { fakeHub } from '../../testing/fake-hub.ts'
import { runIn } from '../../testing/test-world.ts'

const current = { id: '1a2b3c4d', use: 'seals', secrets: 14 }

test('R34: show says which keys are needed, by their ids', async () => {
  const old = { id: '99aabbcc', use: 'opens', secrets: 2 }
  const hub = await fakeHub({ 'GET /keys': { body: [current, old] } })
  expect((await runIn({ url: hub.url }, 'key', 'show')).out).toBe(
    'KEY       SECRETS  USE\n1a2b3c4d       14  seals and opens\n99aabbcc        2  old; still needed: run "datahub key rotate"\n',
  )
})

test('R34: rotate says when the old key may be removed', async () => {
  const hub = await fakeHub({
    'GET /keys': { body: [current, { id: '99aabbcc', use: 'opens', secrets: 3 }] },
    'POST /keys/rotate': { body: [current, { id: '99aabbcc', use: 'opens', secrets: 0 }] },
  })
  const { code, out, err } = await runIn({ url: hub.url }, 'key', 'rotate')
  expect([code, out]).toEqual([0, expect.stringContaining('99aabbcc        0  old; may be removed\n')])
  expect(err).toContain('Every secret is sealed with the new key. Back it up now.')
})

test('R34: rotate ends with 1 where secrets do not open, and says what to do', async () => {
  const hub = await fakeHub({
    'GET /keys': { body: [current] },
    'POST /keys/rotate': { body: [current, { id: '99aabbcc', use: 'missing', secrets: 1 }] },
  })
  const { code, out, err } = await runIn({ url: hub.url }, 'key', 'rotate')
  expect([code, out]).toEqual([1, expect.stringContaining('MISSING')])
  expect(err).toContain('Enter them again.')
})
