import { expect, test } from 'vitest'
import { noticesOf } from './notices.ts'

const sound = {
  version: '1.0.0',
  services: ['api', 'dispatcher', 'worker'],
  slots: 4,
  isAlive: true,
  clockOffMs: 12,
  freeBytes: 50e9,
  timeZones: '2026a',
}
const codes = (processes: Parameters<typeof noticesOf>[0]) => noticesOf(processes).map(({ code }) => code)

test('nothing is said of a hub that is well', () => {
  expect(noticesOf([sound, { ...sound, slots: 0, services: ['api'] }])).toEqual([])
})

test('whoever is silent delivers nothing, and what was wrong with it no longer matters', () => {
  expect(codes([{ ...sound, isAlive: false, freeBytes: 0 }])).toEqual(['no_worker', 'no_dispatcher'])
  expect(codes([{ ...sound, slots: 0, services: ['api', 'dispatcher'] }])).toEqual(['no_worker'])
})

test('a full store, a wrong clock, and processes that differ are told with how many it concerns', () => {
  expect(noticesOf([sound, { ...sound, freeBytes: 1e9 }])).toEqual([{ code: 'store_full', processes: 1 }])
  expect(codes([{ ...sound, freeBytes: null }])).toEqual([])
  expect(noticesOf([sound, { ...sound, clockOffMs: -6000 }])).toEqual([{ code: 'clock', processes: 1 }])
  expect(noticesOf([sound, { ...sound, version: '1.1.0' }])).toEqual([{ code: 'versions', processes: 2 }])
  expect(noticesOf([sound, { ...sound, timeZones: '2025c' }])).toEqual([{ code: 'time_zones', processes: 2 }])
})
