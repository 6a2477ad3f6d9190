import { expect, it } from 'vitest'
import { findPart, requirePart, toEnvironment, type Parts } from './endpoints.ts'

const key = (name: string) => ({ name, accessKeyId: `${name}-key`, secretAccessKey: `${name}-secret` })
const parts: Parts = {
  database: { url: 'postgresql://postgres@127.0.0.1:5432/postgres' },
  mariadb: { url: 'mariadb://tester@127.0.0.1:3306/' },
  s3: {
    endpoint: 'http://127.0.0.1:21390',
    stsEndpoint: 'http://127.0.0.1:21391',
    region: 'us-east-1',
    owner: { accessKeyId: 'owner-key', secretAccessKey: 'owner-secret' },
    user: key('user'),
    strictUser: key('strict'),
  },
}

it('tells tests of parts by environment variables', () => {
  const env = toEnvironment(parts)
  expect(env['DATAHUB_TEST_S3_STRICT_NAME']).toBe('strict')
  expect(findPart('database', env)).toEqual(parts.database)
  expect(findPart('s3', env)).toEqual(parts.s3)
})

it('tells of nothing but the parts that are there', () => {
  const env = toEnvironment({ database: parts.database })
  expect(Object.keys(env)).toEqual(['DATAHUB_TEST_DATABASE_URL'])
  expect(findPart('s3', env)).toBeUndefined()
})

it('says how to run a test whose part is not there', () => {
  expect(() => requirePart('s3', {})).toThrow('Run it with `npm test -- <path of the test>`')
})

it('refuses a part that is described by half', () => {
  const env = { ...toEnvironment(parts), DATAHUB_TEST_S3_USER_KEY: '' }
  expect(() => requirePart('s3', env)).toThrow('the part "s3" without DATAHUB_TEST_S3_USER_KEY.')
})
