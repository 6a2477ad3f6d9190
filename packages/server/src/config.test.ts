import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('has a default for everything', () => {
  expect(readConfig({})).toMatchObject({
    databaseUrl: undefined,
    host: '127.0.0.1',
    port: 8420,
    workerSlots: 4,
    retryHorizonMs: 86_400_000,
    egressAllow: [],
    foldersAllow: [],
  })
  expect(readConfig({}).services).toEqual(['api', 'dispatcher', 'worker', 'rescuer', 'cleaner'])
})

test('an empty variable is an unset one', () => {
  expect(readConfig({ DATAHUB_PORT: '', DATAHUB_SERVICES: '' }).port).toBe(8420)
})

test('names every wrong variable at once', () => {
  const wrong = {
    DATAHUB_PORT: '99999',
    DATAHUB_SERVICES: 'api,worm',
    DATAHUB_SECRET_KEY: 'short',
    DATABASE_URL: 'mysql://x',
  }
  expect(() => readConfig(wrong)).toThrow(
    expect.objectContaining({
      fields: expect.arrayContaining([...Object.keys(wrong)].map((field) => expect.objectContaining({ field }))),
    }),
  )
})

test('reads lists', () => {
  expect(
    readConfig({
      DATAHUB_EGRESS_ALLOW: '127.0.0.0/8, 10.0.0.0/8',
      DATAHUB_FOLDERS_ALLOW: '/data:/more',
      DATAHUB_SERVICES: 'worker,api',
    }),
  ).toMatchObject({
    egressAllow: ['127.0.0.0/8', '10.0.0.0/8'],
    foldersAllow: ['/data', '/more'],
    services: ['worker', 'api'],
  })
})

test('R39: a key that was typed, or copied from an example, is refused', () => {
  for (const text of ['A'.repeat(32), 'abab'.repeat(8), '\0'.repeat(32), 'too short'])
    expect(() => readConfig({ DATAHUB_SECRET_KEY: Buffer.from(text).toString('base64') })).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ field: 'DATAHUB_SECRET_KEY' })] }),
    )
})
