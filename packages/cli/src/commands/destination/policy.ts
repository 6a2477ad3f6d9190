import { invalid } from '@datahub/core/error/data-hub-error'
import { guidePolicy, writerPolicy } from '@datahub/core/destination/policy'
import { policyAsCli, policyAsJson, policyAsTerraform } from '@datahub/core/destination/policy-formats'
import { policyProblems } from '@datahub/core/destination/policy-problems'
import { Command, Option } from 'commander'
import { withExamples } from '../../help.ts'
import { usageError } from '../../problem.ts'
import type { World } from '../../world.ts'

interface Options {
  readonly bucket: string
  readonly region: string
  readonly prefix: string
  readonly kmsKey?: string
  readonly acl?: boolean
  readonly seed?: boolean
  readonly format: 'json' | 'cli' | 'terraform'
  readonly user: string
}

/** Needs no hub: the rules are in core. Prints nothing but the policy, so that it can be piped. */
export function printPolicy(world: World): Command {
  const command = new Command('policy')
    .summary('Print the IAM policy for a bucket')
    .description('Print the IAM policy for the user whose keys the destination has: the least rights that work.')
    .requiredOption('--bucket <bucket>', 'the name of the bucket')
    .requiredOption('--region <region>', 'its region; those of China and GovCloud have ARNs of their own')
    .option('--prefix <prefix>', "the destination's prefix, the folder before reports/", '')
    .option('--kms-key <arn>', "the ARN of the bucket's KMS key, where it has one")
    .option('--acl', 'with the right to hand objects to the bucket owner, for old buckets that use ACLs')
    .addOption(
      new Option('--format <format>', 'the document, an AWS CLI command, or Terraform; the latter explain each action')
        .choices(['json', 'cli', 'terraform'])
        .default('json'),
    )
    .option('--user <name>', 'the IAM user, for --format cli and terraform', 'xnurta-data-task')
    .option('--seed', 'the policy of the set-up guide instead, which has rights on the whole bucket')
    .action((options: Options) => {
      refuseWrong(options)
      const { bucket, region, prefix, kmsKey, acl = false, seed, format, user } = options
      const policy = seed
        ? guidePolicy(bucket, region)
        : writerPolicy({ bucket, region, prefix, kmsKeyArn: kmsKey, objectAcl: acl })
      const texts = {
        json: () => policyAsJson(policy),
        cli: () => policyAsCli(policy, user),
        terraform: () => policyAsTerraform(policy, user),
      }
      world.stdout.write(texts[format]())
    })
  return withExamples(command, [
    ['datahub destination policy --bucket company-xnurta-data --region us-east-1', 'to paste into the AWS console'],
    [
      'datahub destination policy --bucket b --region cn-north-1 --format cli | sh',
      'to attach it to the user at once, in China',
    ],
    ['datahub destination policy --bucket b --region eu-west-1 --format terraform > data-hub.tf', 'for Terraform'],
  ])
}

const FLAGS: Record<string, string> = {
  bucket: '--bucket',
  region: '--region',
  prefix: '--prefix',
  kmsKeyArn: '--kms-key',
  userName: '--user',
}

function refuseWrong({ bucket, region, prefix, kmsKey, acl, seed, user }: Options): void {
  if (seed && (prefix || kmsKey || acl)) {
    throw usageError(
      '--seed is the policy of the guide to the letter: it has no prefix, no key and no other options.',
      'Leave --seed out.',
    )
  }
  const wrong = policyProblems({ bucket, region, prefix, kmsKeyArn: kmsKey, userName: user }).map((problem) => ({
    ...problem,
    field: FLAGS[problem.field] ?? problem.field,
  }))
  if (wrong.length > 0) throw invalid('make the policy', wrong)
}
