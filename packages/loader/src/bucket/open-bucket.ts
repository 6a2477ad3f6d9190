import type { Bucket } from './bucket.ts'
import type { S3BucketOptions } from './s3.ts'

export interface BucketOptions extends Omit<S3BucketOptions, 'bucket'> {
  /** A bucket's name, `s3://name`, `./folder`, `/folder` or `file:///folder`. */
  readonly bucket: string
}

/** Opens the bucket by the shape of its name; the S3 client is loaded only for a bucket of S3. */
export async function openBucket(options: BucketOptions): Promise<Bucket> {
  const { bucket } = options
  if (isFolder(bucket)) return (await import('./folder.ts')).openFolder(bucket)
  const { openS3Bucket } = await import('./s3.ts')
  return openS3Bucket({ ...options, bucket: bucketName(bucket) })
}

/** Whether a bucket is a folder of this machine, by the shape of its name. */
export function isFolder(bucket: string): boolean {
  return /^(\.{0,2}\/|\.{1,2}$|file:)/.test(bucket)
}

/** `s3://name/` and `name` are the same bucket. */
export function bucketName(bucket: string): string {
  return bucket.replace(/^s3:\/\//, '').replace(/\/+$/, '')
}
