import { once } from 'node:events'
import { isIP } from 'node:net'
import { connect as startTls } from 'node:tls'
import { connectionTestKey } from '@datahub/core/bucket/names'
import type { CheckStep, Finding } from '@datahub/core/check/check-step'
import { connectGuarded, type EgressPolicy } from '../../foundation/egress.ts'
import type { Trial } from '../../foundation/try-each.ts'
import type { DestinationWorld, StoreMemory } from '../kind.ts'
import { tryWithin } from '../try-within.ts'
import { openBucket, type Bucket } from './bucket.ts'
import { request, type Patience } from './client.ts'
import { accessSteps } from './check-access.ts'
import { objectSteps } from './check-objects.ts'
import { greet, type Greeting } from './greeting.ts'
import { addressOf, type S3Settings } from './settings.ts'

const LIMIT_MS = 15_000

/** Beyond this a clock is wrong, whatever the network does. */
const MOST_AHEAD_MS = 30_000

/** A person is waiting: one try, and the next step tells more than a longer wait would. */
const IMPATIENCE: Patience = {
  connectMs: 4_000,
  silenceMs: 5_000,
  answerMs: 6_000,
  slowestBytesPerMs: 64,
  completeMs: 6_000,
  tries: 1,
}

/**
 * Test Connection. Does with one test object what deliveries do, with the rights that they have: it is written, guarded,
 * read and uploaded in parts, always under the same key, because nothing may be deleted. What the store turns out to do
 * is kept in `memory`, if the test comes far enough to tell. At most 15 seconds.
 */
export async function* checkBucket(
  settings: S3Settings,
  world: DestinationWorld,
  memory: StoreMemory,
  signal: AbortSignal,
): AsyncGenerator<CheckStep> {
  const bucket = openBucket(settings, world, memory, IMPATIENCE)
  const passed = new Set<string>()
  try {
    for await (const step of tryWithin(LIMIT_MS, stepsFor(bucket), signal)) {
      if (step.verdict === 'passed' || step.verdict === 'warning') passed.add(step.name)
      yield step
    }
    await memory.keep(passed.has('guard') ? { ...bucket.can, foundAt: new Date().toISOString() } : null)
  } finally {
    bucket.client.destroy()
  }
}

function* stepsFor(bucket: Bucket): Generator<Trial> {
  const { settings, world } = bucket
  let greeting: Greeting = { aheadMs: undefined, region: undefined, code: undefined }
  yield {
    name: 'fields',
    title: 'Check the fields',
    run: async () =>
      `Bucket ${settings.bucket} in ${settings.region}${settings.endpoint ? `, at ${settings.endpoint}` : ''}.`,
  }
  yield { name: 'address', title: 'Reach the storage', run: (signal) => reach(settings, world.egress, signal) }
  yield {
    name: 'clock',
    title: 'Compare the clocks',
    async run(signal) {
      greeting = await greet(bucket, signal)
      return judgeClock(bucket, greeting.aheadMs)
    },
  }
  yield* accessSteps(bucket, () => greeting)
  yield* objectSteps(bucket, connectionTestKey(settings.prefix))
}

/** DNS, the operator's policy, TCP, and TLS with a certificate that is trusted. */
async function reach(settings: S3Settings, egress: EgressPolicy, signal: AbortSignal): Promise<string> {
  const { host, port, tls } = addressOf(settings)
  const limitMs = IMPATIENCE.connectMs
  return await request(`reach ${host}:${port}`, signal, limitMs, async (abortSignal) => {
    const socket = await connectGuarded(egress, host, port, 'endpoint', abortSignal)
    try {
      if (!tls) return `${host}:${port} answers, without encryption.`
      const bare = host.replace(/^\[|\]$/g, '')
      const secure = startTls({ socket, host: bare, ...(isIP(bare) ? {} : { servername: bare }) })
      await once(secure, 'secureConnect', { signal: abortSignal })
      return `${host}:${port} answers, with a trusted certificate.`
    } finally {
      socket.destroy()
    }
  })
}

/** A wrong clock spoils no delivery, because requests are signed with the store's time; schedules it does spoil. */
function judgeClock(bucket: Bucket, aheadMs: number | undefined): Finding {
  if (aheadMs === undefined) return 'The storage does not tell its time.'
  if (Math.abs(aheadMs) <= MOST_AHEAD_MS) return 'The clocks of hub and storage agree.'
  bucket.client.config.systemClockOffset = aheadMs
  const minutes = Math.round(Math.abs(aheadMs) / 6_000) / 10
  return {
    warning: `The hub's clock is ${minutes} minutes ${aheadMs > 0 ? 'behind' : 'ahead of'} the storage's.`,
    remedy: 'Switch time synchronisation (NTP) on on the server: deliveries correct for it, schedules cannot.',
  }
}
