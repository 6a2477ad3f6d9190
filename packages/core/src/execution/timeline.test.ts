import { expect, test } from 'vitest'
import { timelineOf, type History } from './timeline.ts'

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 3, 0, second))

function history(changes: Partial<History>): History {
  return { triggeredAt: at(0), endedAt: null, isDelivered: false, attempts: [], events: [], ...changes }
}

/** `generate done 26 + 3`: seconds of work, and seconds waited. */
function words(of: History, now = at(300)): string[] {
  return timelineOf(of, now).map(
    ({ name, state, workMs, waitMs }) => `${name} ${state} ${workMs / 1000} + ${waitMs / 1000}`,
  )
}

test('each stage of a delivery lasts until the event that ends it', () => {
  const delivered = history({
    endedAt: at(40),
    isDelivered: true,
    attempts: [{ attempt: 1, startedAt: at(2), endedAt: at(40) }],
    events: [
      { at: at(3), attempt: 1, step: 'dispatch' },
      { at: at(3), attempt: 1, step: 'generate' },
      { at: at(34), attempt: 1, step: 'generate' },
      { at: at(34), attempt: 1, step: 'send' },
      { at: at(40), attempt: 1, step: 'send' },
    ],
  })
  expect(words(delivered)).toEqual([
    'queued done 0 + 2',
    'dispatch done 1 + 0',
    'generate done 31 + 0',
    'send done 6 + 0',
  ])
})

test('one that nobody has begun waits for its turn until now', () => {
  expect(words(history({}), at(7))).toEqual([
    'queued waiting 0 + 7',
    'dispatch none 0 + 0',
    'generate none 0 + 0',
    'send none 0 + 0',
  ])
})

test('reports that the source produces are waited for, not worked on', () => {
  const waiting = history({
    attempts: [{ attempt: 1, startedAt: at(1), endedAt: null }],
    events: [
      { at: at(2), attempt: 1, step: 'dispatch' },
      { at: at(3), attempt: 1, step: 'wait' },
      { at: at(20), attempt: 1, step: 'wait' },
    ],
  })
  expect(words(waiting, at(60))[2]).toBe('generate waiting 1 + 57')
  const ready = { ...waiting, events: [...waiting.events, { at: at(50), attempt: 1, step: 'generate' }] }
  expect(words(ready, at(60))[2]).toBe('generate working 11 + 47')
})

test('what is waited between attempts counts to the stage that failed, and a packed one is only sent again', () => {
  const failed = history({
    endedAt: at(100),
    attempts: [
      { attempt: 1, startedAt: at(1), endedAt: at(10) },
      { attempt: 2, startedAt: at(70), endedAt: at(100) },
    ],
    events: [
      { at: at(2), attempt: 1, step: 'dispatch' },
      { at: at(6), attempt: 1, step: 'send' },
      { at: at(10), attempt: 1, step: 'fail' },
      { at: at(75), attempt: 2, step: 'send' },
      { at: at(100), attempt: 2, step: 'fail' },
    ],
  })
  expect(words(failed)).toEqual([
    'queued done 0 + 1',
    'dispatch done 1 + 0',
    'generate done 4 + 0',
    'send failed 34 + 60',
  ])
})

test('an attempt that fails before its first step leaves the execution at the stage that it had reached', () => {
  const waiting = history({
    attempts: [
      { attempt: 1, startedAt: at(1), endedAt: at(10) },
      { attempt: 2, startedAt: at(20), endedAt: at(21) },
    ],
    events: [
      { at: at(2), attempt: 1, step: 'dispatch' },
      { at: at(3), attempt: 1, step: 'generate' },
      { at: at(10), attempt: 1, step: 'fail' },
      { at: at(21), attempt: 2, step: 'fail' },
    ],
  })
  expect(words(waiting, at(30)).slice(1, 3)).toEqual(['dispatch done 1 + 0', 'generate waiting 9 + 19'])
})

test('one that is cancelled while it waits for its next attempt has failed where it stood', () => {
  const cancelled = history({ endedAt: at(30), attempts: [{ attempt: 1, startedAt: at(1), endedAt: at(10) }] })
  expect(words(cancelled)).toEqual([
    'queued done 0 + 1',
    'dispatch failed 9 + 20',
    'generate none 0 + 0',
    'send none 0 + 0',
  ])
})
