import { invalid, type FieldProblem } from '@datahub/core/error/data-hub-error'
import { bucketNameProblems } from '@datahub/core/destination/bucket-name'
import { guidePolicy, writerPolicy } from '@datahub/core/destination/policy'
import { prefixProblems } from '@datahub/core/destination/prefix'
import { regionProblem } from '@datahub/core/destination/regions'
import { Command } from 'commander'
import { withExamples } from '../../help.ts'
import { usageError } from '../../problem.ts'
import type { World } from '../../world.ts'

interface Options {
  readonly bucket: string
  readonly region: string
  readonly prefix: string
  readonly kmsKey?: string
  readonly seed?: boolean
}

/** Needs no hub: the rules are in core. Prints nothing but JSON, so that it can be piped into `aws iam`. */
export function printPolicy(world: World): Command {
  const command = new Command('policy')
    .summary('Print the IAM policy for a bucket')
    .description('Print the IAM policy for the user whose keys the destination has: the least rights that work.')
    .requiredOption('--bucket <bucket>', 'the name of the bucket')
    .requiredOption('--region <region>', 'its region; those of China and GovCloud have ARNs of their own')
    .option('--prefix <prefix>', "the destination's prefix, the folder before reports/", '')
    .option('--kms-key <arn>', "the ARN of the bucket's KMS key, where it has one")
    .option('--seed', 'the policy of the set-up guide instead, which has rights on the whole bucket')
    .action((options: Options) => {
      refuseWrong(options)
      const { bucket, region, prefix, kmsKey, seed } = options
      const policy = seed
        ? guidePolicy(bucket, region)
        : writerPolicy({ bucket, region, prefix, ...(kmsKey === undefined ? {} : { kmsKeyArn: kmsKey }) })
      world.stdout.write(`${JSON.stringify(policy, null, 2)}\n`)
    })
  return withExamples(command, [
    ['datahub destination policy --bucket company-xnurta-data --region us-east-1', 'to paste into the AWS console'],
    [
      'datahub destination policy --bucket b --region cn-north-1 > p.json && aws iam put-user-policy --user-name xnurta --policy-name data-hub --policy-document file://p.json',
      'to attach it by hand, in China',
    ],
  ])
}

function refuseWrong({ bucket, region, prefix, kmsKey, seed }: Options): void {
  if (seed && (prefix || kmsKey)) {
    throw usageError(
      '--seed is the policy of the guide to the letter: it has no prefix and no key.',
      'Leave --seed out.',
    )
  }
  const cure = 'Correct it and run it again.'
  const wrong: FieldProblem[] = [
    ...bucketNameProblems(bucket).map((problem) => ({ field: '--bucket', problem, cure })),
    ...prefixProblems(prefix).map((problem) => ({ field: '--prefix', problem, cure })),
  ]
  const wrongRegion = regionProblem(region, 'amazon')
  if (wrongRegion) wrong.push({ field: '--region', problem: wrongRegion, cure })
  if (kmsKey !== undefined && !/^arn:aws(-cn|-us-gov)?:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(kmsKey)) {
    wrong.push({
      field: '--kms-key',
      problem: 'It is not the ARN of a KMS key.',
      cure: 'Copy it: arn:aws:kms:<region>:<account>:key/<id>.',
    })
  }
  if (wrong.length > 0) throw invalid('make the policy', wrong)
}
