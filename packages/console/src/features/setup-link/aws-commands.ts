import { partitionOf } from '@datahub/core/destination/regions'
import { IAM_USER } from '../destinations/iam-policy.tsx'

/** What an engineer without the console types. `bucket` and `region` may be empty: then a name stands for them. */
export function makeBucket(bucket: string, region: string): string {
  const place = region || '<region>'
  // The oldest region is the one that must not be named
  const where = place === 'us-east-1' ? '' : ` \\\n  --create-bucket-configuration LocationConstraint=${place}`
  return `aws s3api create-bucket --bucket ${bucket || '<bucket>'} --region ${place}${where}`
}

export function makeKey(): string {
  return `aws iam create-user --user-name ${IAM_USER}\naws iam create-access-key --user-name ${IAM_USER}`
}

/** Where the buckets of an account are seen: each partition has a console of its own. */
export function consoleAddress(region: string): string {
  const hosts = {
    aws: 'console.aws.amazon.com',
    'aws-cn': 'console.amazonaws.cn',
    'aws-us-gov': 'console.amazonaws-us-gov.com',
  }
  return `https://${hosts[partitionOf(region)]}/s3/buckets`
}
