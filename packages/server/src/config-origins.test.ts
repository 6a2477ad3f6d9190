import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readConfig } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'datahub-config-'))

afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const shown = (environment: NodeJS.ProcessEnv, byOption?: ReadonlySet<string>) =>
  new Map(readConfig(environment, byOption).settings.map((setting) => [setting.name, setting]))

test('each setting is shown with where it comes from', () => {
  const environment = {
    DATAHUB_WORKER_SLOTS: '9',
    DATAHUB_PORT: '9000',
    DATAHUB_LOG_LEVEL_FILE: file('level', 'warn\n'),
  }
  const settings = shown(environment, new Set(['DATAHUB_PORT']))
  const told = (name: string) => [settings.get(name)?.value, settings.get(name)?.origin]
  expect(told('DATAHUB_WORKER_SLOTS')).toEqual(['9', 'environment'])
  expect(told('DATAHUB_PORT')).toEqual(['9000', 'option'])
  expect(told('DATAHUB_LOG_LEVEL')).toEqual(['warn', 'file'])
  expect(told('DATAHUB_RETRY_HOURS')).toEqual(['24', 'default'])
  expect(readConfig(environment).logLevel).toBe('warn')
})

test('R34: no secret is shown, nor the password of an address', () => {
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64')
  const settings = shown({
    DATAHUB_SECRET_KEY_FILE: file('key', `${key}\n`),
    DATAHUB_SECRET_KEY_OLD: key,
    DATABASE_URL: 'postgres://hub:canary@db.example.com:5432/hub?password=canary&sslmode=require',
    DATAHUB_OIDC_ISSUER: 'https://user:canary@login.example.com/realm',
    DATAHUB_OIDC_CLIENT_ID: 'data-hub',
    DATAHUB_OIDC_CLIENT_SECRET: 'canary',
  })
  expect(JSON.stringify([...settings.values()])).not.toMatch(/canary|BwgJ/)
  expect(JSON.stringify([...settings.values()])).not.toContain(key)
  expect(settings.get('DATAHUB_SECRET_KEY')).toEqual({
    name: 'DATAHUB_SECRET_KEY',
    value: null,
    isSet: true,
    isSecret: true,
    origin: 'file',
  })
  expect(settings.get('DATABASE_URL')?.value).toBe('postgres://hub@db.example.com:5432/hub')
  expect(settings.get('DATAHUB_OIDC_ISSUER')?.value).toBe('https://user@login.example.com/realm')
})

test('a file that cannot be read and a setting that is given twice are named', () => {
  const problems = (environment: NodeJS.ProcessEnv) => {
    try {
      readConfig(environment)
      return []
    } catch (error) {
      return (error as { fields: readonly { field: string; problem: string }[] }).fields
    }
  }
  expect(problems({ DATABASE_URL_FILE: join(folder, 'nowhere') })).toMatchObject([
    { field: 'DATABASE_URL_FILE', problem: 'names a file that cannot be read (ENOENT)' },
  ])
  expect(problems({ DATAHUB_PORT: '1', DATAHUB_PORT_FILE: file('port', '2') })).toMatchObject([
    { field: 'DATAHUB_PORT_FILE', problem: 'is set, and so is DATAHUB_PORT' },
  ])
})
