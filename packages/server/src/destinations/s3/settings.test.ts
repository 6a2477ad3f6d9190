import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { openEgress } from '../../foundation/egress.ts'
import { openClient, PATIENCE } from './client.ts'
import { addressOf, isAmazon, s3Settings, stsAddress } from './settings.ts'

const given = {
  bucket: 'company-xnurta-data',
  region: 'us-east-1',
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'secret',
}

/** `field: message` of everything that is wrong. */
function problems(changes: object): string[] {
  const parsed = s3Settings.safeParse({ ...given, ...changes })
  return parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

describe('the settings of a bucket', () => {
  test("the guide's four values are enough", () => {
    expect(s3Settings.parse(given)).toMatchObject({ pathStyle: false, prefix: '' })
  })

  test('a store of another make needs its endpoint', () => {
    const store = { endpoint: 'http://127.0.0.1:21390', pathStyle: true, region: 'fr-par' }
    expect(problems(store)).toEqual([])
    expect(s3Settings.parse({ ...given, ...store }).endpoint).toBe('http://127.0.0.1:21390')
  })

  test('a prefix ends with one slash', () => {
    expect(s3Settings.parse({ ...given, prefix: 'acme/eu' }).prefix).toBe('acme/eu/')
  })

  test('the secret prints nowhere', () => {
    const settings = s3Settings.parse({ ...given, secretAccessKey: 'CANARY' })
    expect(`${JSON.stringify(settings)} ${String(settings.secretAccessKey)}`).not.toContain('CANARY')
    expect(settings.secretAccessKey.reveal()).toBe('CANARY')
  })

  test.each<[object, RegExp]>([
    [{ bucket: 'data/reports' }, /^bucket: A bucket name has no folder/],
    [{ region: 'us-esat-1' }, /^region: .*did you mean "us-east-1"/],
    [{ accessKeyId: '' }, /^accessKeyId: must be an Access Key ID/],
    [{ accessKeyId: 'AKIA EXAMPLE' }, /^accessKeyId: must be an Access Key ID/],
    [{ secretAccessKey: '' }, /^secretAccessKey: must not be empty/],
    [{ secretAccessKey: 'sec ret' }, /^secretAccessKey: has spaces/],
    [{ endpoint: 's3.example.com' }, /^endpoint: must be an address/],
    [{ endpoint: 'ftp://s3.example.com' }, /^endpoint: must begin with https/],
    [{ endpoint: 'https://user:pass@s3.example.com' }, /^endpoint: must not hold a user/],
    [{ endpoint: 'https://s3.example.com/?x=1' }, /^endpoint: must not have a \?/],
    [{ endpoint: 'https://company-xnurta-data.s3.example.com' }, /^endpoint: has the bucket in its host name/],
    [{ prefix: '/acme' }, /^prefix: A prefix has no leading slash/],
    [{ prefix: 'a/../b' }, /^prefix: A prefix has no folder/],
    [{ expectedBucketOwner: '123' }, /^expectedBucketOwner: must be the 12 digits/],
    [{ acl: 'public-read' }, /acl/],
    [{ region: 5 }, /^region: /],
    [{ secretAccessKey: undefined }, /^secretAccessKey: /],
    [{ endpoint: null }, /^endpoint: /],
  ])('R24: %j is refused, with the field named', (changes, sentence) => {
    expect(problems(changes)).toEqual([expect.stringMatching(sentence)])
  })

  test('R24: several mistakes are named at once', () => {
    expect(problems({ bucket: 'A', prefix: '/x', accessKeyId: '' }).length).toBeGreaterThanOrEqual(3)
  })
})

describe('the address of a bucket', () => {
  test.each<[object, string, boolean]>([
    [{}, 'company-xnurta-data.s3.us-east-1.amazonaws.com', true],
    [{ region: 'cn-north-1' }, 'company-xnurta-data.s3.cn-north-1.amazonaws.com.cn', true],
    [{ region: 'us-gov-west-1' }, 'company-xnurta-data.s3.us-gov-west-1.amazonaws.com', true],
    [{ bucket: 'a.b.c' }, 's3.us-east-1.amazonaws.com', true],
    [{ pathStyle: true }, 's3.us-east-1.amazonaws.com', true],
    [{ endpoint: 'https://s3.example.com' }, 'company-xnurta-data.s3.example.com', false],
    [{ endpoint: 'https://s3.example.com', pathStyle: true }, 's3.example.com', false],
    [{ endpoint: 'http://10.0.0.1:9000' }, '10.0.0.1', false],
    [{ endpoint: 'http://[fd00::1]:9000' }, '[fd00::1]', false],
    [{ endpoint: 'https://s3.eu-west-1.amazonaws.com' }, 'company-xnurta-data.s3.eu-west-1.amazonaws.com', true],
  ])('%j: what is tested is what requests go to', async (changes, host, amazon) => {
    const settings = s3Settings.parse({ ...given, ...changes })
    expect(addressOf(settings).host).toBe(host)
    expect(isAmazon(settings)).toBe(amazon)
    expect(await hostOfRequest(settings)).toBe(host)
  })
})

test.each<[object, string]>([
  [{}, 'https://sts.us-east-1.amazonaws.com/'],
  [{ region: 'cn-northwest-1' }, 'https://sts.cn-northwest-1.amazonaws.com.cn/'],
  [{ region: 'us-gov-east-1' }, 'https://sts.us-gov-east-1.amazonaws.com/'],
  [{ endpoint: 'https://s3.example.com' }, 'https://s3.example.com/'],
  [{ endpoint: 'https://s3.example.com', stsEndpoint: 'https://sts.example.com' }, 'https://sts.example.com/'],
])('%j: roles are assumed in the partition of the region, or where the store is', (changes, address) => {
  expect(stsAddress(s3Settings.parse({ ...given, ...changes })).href).toBe(address)
})

test.each([
  ['cn-north-1', 'arn:aws:iam::111122223333:role/data-hub', 'arn:aws-cn:'],
  ['us-gov-west-1', 'arn:aws:iam::111122223333:role/data-hub', 'arn:aws-us-gov:'],
  ['us-east-1', 'arn:aws-cn:iam::111122223333:role/data-hub', 'arn:aws:'],
])('R24: in %s a role of another partition is refused, with the one that it needs', (region, roleArn, needed) => {
  expect(problems({ region, roleArn })).toEqual([
    `roleArn: is of another partition than ${region}: it begins with ${needed}`,
  ])
})

/** Where the client would send a request to. */
async function hostOfRequest(settings: ReturnType<typeof s3Settings.parse>): Promise<string | undefined> {
  const client = openClient(settings, openEgress([]), PATIENCE, { accessKeyId: 'AKIA', secretAccessKey: 'x' }, true)
  let host: string | undefined
  client.middlewareStack.add(
    () => (args) => {
      host = (args.request as { hostname: string }).hostname
      return Promise.reject(new Error('seen enough'))
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  await client.send(new HeadObjectCommand({ Bucket: settings.bucket, Key: 'x' })).catch(() => undefined)
  client.destroy()
  return host
}
