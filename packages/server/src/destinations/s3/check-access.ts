import { connectionTestKey } from '@datahub/core/bucket/names'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Trial } from '../../foundation/try-each.ts'
import { openBucket, type Bucket } from './bucket.ts'
import type { Greeting } from './greeting.ts'
import { requireGuardedRole } from './identity.ts'
import { read } from './object.ts'
import { isAmazon } from './settings.ts'

/** Who we are to the store, and whether the bucket is where it should be. */
export function* accessSteps(bucket: Bucket, greeting: () => Greeting): Generator<Trial> {
  const { settings } = bucket
  /** The store's word on the bucket, from the first signed request. */
  let refusal: DataHubError | undefined

  if (settings.roleArn !== undefined) {
    yield {
      name: 'role',
      title: 'Assume the role',
      async run(signal) {
        await requireGuardedRole(settings, bucket.world, bucket.patience, signal)
        return 'The role is given to us, and to nobody without the external ID.'
      },
    }
  }
  yield {
    name: 'credentials',
    title: 'Sign in',
    async run(signal) {
      refusal = await signIn(bucket, signal)
      const region = regionSeen(refusal, greeting())
      if (refusal?.code === 'destination.wrong_region' && region !== undefined && isAmazon(settings)) {
        // The keys are judged where the bucket is, so that only the region is wrong if only the region is wrong.
        await signInAt(bucket, region, signal)
      }
      return 'The storage accepts the keys.'
    },
  }
  yield {
    name: 'region',
    title: 'Find the bucket',
    async run() {
      const region = regionSeen(refusal, greeting())
      if (region !== undefined && region !== settings.region && isAmazon(settings)) throw wrongRegion(bucket, region)
      if (refusal) throw refusal
      return region === settings.region
        ? `The bucket is in ${region}.`
        : `The bucket is there; the storage does not name its region, and accepts ${settings.region}.`
    },
  }
}

/**
 * Asks for the test object, which needs no more than the rights of a delivery. Whatever the store says of the object or
 * the bucket, it has accepted who asks; its word on the bucket is answered.
 */
async function signIn(bucket: Bucket, signal: AbortSignal): Promise<DataHubError | undefined> {
  try {
    await read(bucket, connectionTestKey(bucket.settings.prefix), signal)
    return undefined
  } catch (error) {
    const aboutTheBucket = ['destination.wrong_region', 'destination.bucket_missing']
    if (error instanceof DataHubError && aboutTheBucket.includes(error.code)) return error
    throw error
  }
}

async function signInAt({ settings, world, memory, patience }: Bucket, region: string, signal: AbortSignal) {
  const there = openBucket({ ...settings, region }, world, memory, patience)
  try {
    await signIn(there, signal)
  } finally {
    there.client.destroy()
  }
}

function regionSeen(refusal: DataHubError | undefined, greeting: Greeting): string | undefined {
  const told = refusal?.facts['region']
  return typeof told === 'string' ? told : greeting.region
}

function wrongRegion({ settings }: Bucket, region: string): DataHubError {
  return new DataHubError('destination.wrong_region', `find the bucket ${settings.bucket}`, {
    hint: `The bucket is in ${region}, not in ${settings.region}: enter ${region}.`,
    facts: { region },
  })
}
