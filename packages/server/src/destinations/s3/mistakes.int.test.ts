import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { headline, type CheckStep } from '@datahub/core/check/check-step'
import { describe, expect, test } from 'vitest'
import { AMAZON, type Rules } from '../../../../../test/s3/rules.ts'
import { startStrictStore, type Script } from '../../../../../test/s3/strict-store.ts'
import { openEgress, type EgressPolicy } from '../../foundation/egress.ts'
import { shortMemory } from '../short-memory.ts'
import { externalIdOf } from './identity.ts'
import { openS3 } from './index.ts'
import { s3Settings } from './settings.ts'

const here = '127.0.0.1'
const ROLE = 'arn:aws:iam::111122223333:role/data-hub'

interface Mistake {
  readonly entered?: Readonly<Record<string, unknown>>
  readonly rules?: Partial<Rules>
  readonly script?: Script
  /** Where requests go instead of to the store. */
  readonly endpoint?: string
  readonly allowed?: readonly string[]
}

/** What people really do wrong, and buckets really have. */
const MISTAKES: Readonly<Record<string, Mistake>> = {
  'nothing is wrong': {},
  'the secret lost its last character': { entered: { secretAccessKey: 'our' } },
  'the key was deleted': { entered: { accessKeyId: 'AKIAGONE' } },
  'the bucket is misspelled': { entered: { bucket: 'compny-data' } },
  'the region is another': { entered: { region: 'us-west-2' }, rules: { region: 'eu-west-1' } },
  'the policy was attached to nobody': { rules: { actions: [] } },
  'the policy lacks s3:GetObject': { rules: { actions: ['s3:PutObject', 's3:AbortMultipartUpload'] } },
  'the key of the bucket may encrypt only': { rules: { key: 'encrypts only' } },
  'an abort is denied': { rules: { actions: ['s3:PutObject', 's3:GetObject'] } },
  'the bucket belongs to another account': { entered: { expectedBucketOwner: '999988887777' } },
  'the clock of the hub is an hour behind': { rules: { aheadMs: 3_600_000 } },
  'a proxy answers': {
    script: () => ({ status: 403, text: '<html>Sign in', headers: { 'content-type': 'text/html' } }),
  },
  'the endpoint has a typing mistake': { endpoint: 'http://s3.exmple.invalid' },
  'nothing listens on the port': { endpoint: 'http://127.0.0.1:9' },
  'the endpoint is not allowed by the operator': { allowed: [] },
  'the role does not trust us': { entered: { roleArn: ROLE }, rules: { roles: { [ROLE]: 'somebody-else' } } },
  'the role allows no session of an hour': {
    entered: { roleArn: ROLE },
    rules: { roles: { [ROLE]: 'datahub-a1b2' }, sessionSecondsMax: 900 },
  },
  'the role trusts everybody': { entered: { roleArn: ROLE }, rules: { roles: { [ROLE]: null } } },
}

async function stepsOf({ entered, rules = {}, script, endpoint, allowed = [here] }: Mistake): Promise<CheckStep[]> {
  await using store = await startStrictStore(script, rules)
  const settings = s3Settings.parse({
    bucket: AMAZON.bucket,
    region: AMAZON.region,
    accessKeyId: 'AKIAOURS',
    secretAccessKey: 'ours',
    endpoint: endpoint ?? store.endpoint,
    pathStyle: true,
    ...entered,
  })
  const world = { instanceId: 'a1b2', egress: openEgress(allowed), folders: undefined, dataDir: '/nowhere' }
  return await checked(settings, world)
}

async function checked(
  settings: ReturnType<typeof s3Settings.parse>,
  world: { instanceId: string; egress: EgressPolicy; folders: undefined; dataDir: string },
): Promise<CheckStep[]> {
  const destination = openS3(settings, world, shortMemory())
  const steps: CheckStep[] = []
  for await (const step of destination.check(AbortSignal.timeout(20_000))) steps.push(step)
  await destination.close()
  return steps
}

/** What a person sees, without what differs from run to run. */
function shown(steps: readonly CheckStep[]): string {
  const marks = { passed: '✓', failed: '✗', skipped: '–', warning: '!' }
  const lines = steps
    .filter((step) => step.verdict !== 'skipped')
    .flatMap(({ verdict, title, message, remedy, suggestion }) => [
      `${marks[verdict]} ${title}: ${message}`,
      ...(remedy ? [`    ${remedy}`] : []),
      ...(suggestion ? [`    [${suggestion.field}: ${suggestion.value}]`] : []),
    ])
  const skipped = steps.filter((step) => step.verdict === 'skipped').length
  const text = [...lines, ...(skipped > 0 ? [`– ${skipped} more were not tried`] : []), headline(steps)].join('\n')
  return text.replaceAll(/127\.0\.0\.1:\d{4,5}/g, '127.0.0.1:<port>')
}

test('R25: what the connection test says to typical mistakes is what a helpful person would say', async () => {
  const pages: string[] = []
  for (const [name, mistake] of Object.entries(MISTAKES)) pages.push(`# ${name}\n${shown(await stepsOf(mistake))}\n`)
  await expect(pages.join('\n')).toMatchFileSnapshot('mistakes.golden.txt')
})

describe('R24: another region on Amazon itself', () => {
  test('the keys are judged where the bucket is, the region is told and offered, and no other host is asked', async () => {
    await using store = await startStrictStore(undefined, { region: 'eu-west-1' })
    const asked = new Set<string>()
    const egress: EgressPolicy = {
      admitHost: () => undefined,
      lookup: () => (host, options, answer) => {
        asked.add(host)
        return options.all ? answer(null, [{ address: here, family: 4 }]) : answer(null, here, 4)
      },
    }
    const settings = s3Settings.parse({
      bucket: AMAZON.bucket,
      region: 'us-east-1',
      accessKeyId: 'AKIAOURS',
      secretAccessKey: 'ours',
      endpoint: store.endpoint.replace(here, 's3.us-east-1.amazonaws.com'),
      pathStyle: true,
    })
    const world = { instanceId: 'a1b2', egress, folders: undefined, dataDir: '/nowhere' }
    const steps = await checked(settings, world)
    expect(steps.find((step) => step.name === 'credentials')?.verdict).toBe('passed')
    expect(steps.find((step) => step.verdict === 'failed')).toMatchObject({
      name: 'region',
      remedy: 'The bucket is in eu-west-1, not in us-east-1: enter eu-west-1.',
      suggestion: { field: 'region', value: 'eu-west-1' },
    })
    expect([...asked]).toEqual(['s3.us-east-1.amazonaws.com'])
    expect(store.objects.size).toBe(0)
  })
})

test('R25: a store that takes every connection and never says a word ends within 15 seconds', async () => {
  const server = createServer(() => undefined)
  await once(server.listen(0, here), 'listening')
  const startedAt = performance.now()
  const steps = await stepsOf({ endpoint: `http://${here}:${(server.address() as AddressInfo).port}` })
  expect(steps.find((step) => step.verdict === 'failed')?.name).toBe('clock')
  expect(performance.now() - startedAt).toBeLessThan(15_000)
  server.closeAllConnections()
  server.close()
})

test('a role that demands our external ID, and only ours, passes', async () => {
  const steps = await stepsOf({ entered: { roleArn: ROLE }, rules: { roles: { [ROLE]: externalIdOf('a1b2') } } })
  expect(steps.find((step) => step.name === 'role')).toMatchObject({
    verdict: 'passed',
    message: 'The role is given to us, and to nobody without the external ID.',
  })
  expect(headline(steps)).toBe('Connection successful')
})
