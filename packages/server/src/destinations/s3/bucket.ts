import type { S3Client } from '@aws-sdk/client-s3'
import type { EgressPolicy } from '../../foundation/egress.ts'
import { openClient, type Patience } from './client.ts'
import type { S3Settings } from './settings.ts'

/** A customer's bucket while it is open, with what has been learnt of the store behind it since. */
export interface Bucket {
  readonly client: S3Client
  readonly settings: S3Settings
  readonly patience: Patience
  /** `refused`: the store answers conditional writes with "not implemented"; everything is looked at before and after instead. */
  conditions: 'sent' | 'refused'
  /** Ceph up to 16 compares If-Match with the bare ETag, everybody else wants it as they gave it, in quotes. */
  etags: 'quoted' | 'bare'
}

export function openBucket(settings: S3Settings, egress: EgressPolicy, patience: Patience): Bucket {
  return { client: openClient(settings, egress, patience), settings, patience, conditions: 'sent', etags: 'quoted' }
}

/** The fields that name an object in every command. */
export function at({ settings }: Bucket, key: string) {
  const { bucket, expectedBucketOwner } = settings
  return { Bucket: bucket, Key: key, ...(expectedBucketOwner ? { ExpectedBucketOwner: expectedBucketOwner } : {}) }
}

/** `store reports/161/x.zip in the bucket acme` */
export function doing(verb: string, bucket: Bucket, key: string): string {
  return `${verb} ${key} in the bucket ${bucket.settings.bucket}`
}

/** How long a request that carries so many bytes may take. */
export function limitFor({ patience }: Bucket, sizeBytes: number): number {
  return patience.answerMs + Math.ceil(sizeBytes / patience.slowestBytesPerMs)
}
