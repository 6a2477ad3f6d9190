import type { S3Client } from '@aws-sdk/client-s3'
import type { Capabilities } from '@datahub/core/destination/capabilities'
import type { ObjectLabels } from '@datahub/core/destination/destination'
import type { DestinationWorld, StoreMemory } from '../kind.ts'
import type { StoreClock } from '../store-clock.ts'
import { openClient, type Patience } from './client.ts'
import { identityOf } from './identity.ts'
import { contentTypeOf, metadataOf } from './metadata.ts'
import { isAmazon, type S3Settings } from './settings.ts'

/** A customer's bucket while it is open, with what has been learnt of the store behind it. */
export interface Bucket {
  /** Another one when it is found that the store takes no checksums. */
  client: S3Client
  readonly settings: S3Settings
  readonly world: DestinationWorld
  readonly patience: Patience
  readonly memory: StoreMemory
  /** What the store is taken to do: what was found, or, before anything was, what Amazon does. */
  can: Capabilities
  /** Ceph up to 16 compares If-Match with the bare ETag, everybody else wants it as they gave it, in quotes. */
  etags: 'quoted' | 'bare'
}

export function openBucket(
  settings: S3Settings,
  world: DestinationWorld,
  memory: StoreMemory,
  patience: Patience,
): Bucket {
  const can = memory.capabilities ?? assumed(settings)
  const client = clientFor(settings, world, patience, can.checksums)
  return { client, settings, world, patience, memory, can, etags: 'quoted' }
}

/** From here on writes carry checksums, or none. */
export function useChecksums(bucket: Bucket, checksums: Capabilities['checksums']): void {
  if (bucket.can.checksums === checksums) return
  bucket.can = { ...bucket.can, checksums }
  const client = clientFor(bucket.settings, bucket.world, bucket.patience, checksums)
  client.config.systemClockOffset = bucket.client.config.systemClockOffset
  bucket.client.destroy()
  bucket.client = client
}

/** The fields that name an object in every command. */
export function at({ settings }: Bucket, key: string) {
  const { bucket, expectedBucketOwner } = settings
  return { Bucket: bucket, Key: key, ...(expectedBucketOwner ? { ExpectedBucketOwner: expectedBucketOwner } : {}) }
}

/** What makes an object ours and fit for its bucket. It travels with the one request that begins an object, never with its parts. */
export function birthOf({ settings, can }: Bucket, key: string, labels: Partial<ObjectLabels>) {
  const { acl, encryption, kmsKeyArn } = settings
  return {
    Metadata: metadataOf(labels),
    ContentType: contentTypeOf(key),
    ...((acl !== 'none' && can.acl !== 'refused') || can.acl === 'needed'
      ? { ACL: 'bucket-owner-full-control' as const }
      : {}),
    ...(encryption === 'sse-s3' ? { ServerSideEncryption: 'AES256' as const } : {}),
    ...(encryption === 'sse-kms' ? { ServerSideEncryption: 'aws:kms' as const } : {}),
    ...(kmsKeyArn === undefined ? {} : { SSEKMSKeyId: kmsKeyArn }),
  }
}

/** `store reports/161/x.zip in the bucket acme` */
export function doing(verb: string, bucket: Bucket, key: string): string {
  return `${verb} ${key} in the bucket ${bucket.settings.bucket}`
}

/** How long a request that carries so many bytes may take. */
export function limitFor({ patience }: Bucket, sizeBytes: number): number {
  return patience.answerMs + Math.ceil(sizeBytes / patience.slowestBytesPerMs)
}

function clientFor(
  settings: S3Settings,
  world: DestinationWorld,
  patience: Patience,
  checksums: Capabilities['checksums'],
): S3Client {
  const identity = identityOf(settings, world.instanceId, world.egress, patience)
  const client = openClient(settings, world.egress, patience, identity, checksums === 'accepted')
  if (world.clock) hearTime(client, world.clock)
  return client
}

/** From every answer of the store, also one that refuses. */
function hearTime({ config }: S3Client, clock: StoreClock): void {
  const { requestHandler } = config
  const handle = requestHandler.handle.bind(requestHandler)
  requestHandler.handle = async (request, options) => {
    const answer = await handle(request, options)
    clock.hear(request.hostname, answer.response.headers['date'])
    return answer
  }
}

function assumed(settings: S3Settings): Capabilities {
  return {
    conditions: 'honoured',
    joinConditions: 'honoured',
    abort: 'allowed',
    checksums: isAmazon(settings) ? 'accepted' : 'refused',
    acl: 'left out',
    reading: 'allowed',
    listing: 'denied',
    foundAt: new Date(0).toISOString(),
  }
}
