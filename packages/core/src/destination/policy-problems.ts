import type { FieldProblem } from '../error/data-hub-error.ts'
import { bucketNameProblems } from './bucket-name.ts'
import { prefixProblems } from './prefix.ts'
import { regionProblem } from './regions.ts'

const KMS_KEY_ARN = /^arn:aws(-cn|-us-gov)?:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/
const USER_NAME = /^[\w+=,.@-]{1,64}$/

/** What is wrong with the values that a policy is made from, field by field; empty: nothing. */
export function policyProblems(wishes: {
  bucket: string
  region: string
  prefix: string
  kmsKeyArn?: string | undefined
  userName: string
}): FieldProblem[] {
  const problems: FieldProblem[] = []
  const add = (field: string, problem: string, cure: string) => problems.push({ field, problem, cure })
  for (const problem of bucketNameProblems(wishes.bucket))
    add('bucket', problem, 'Write the name as the bucket list shows it.')
  for (const problem of prefixProblems(wishes.prefix))
    add('prefix', problem, 'Write the folder before reports/, or none.')
  const region = regionProblem(wishes.region, 'amazon')
  if (region) add('region', region, 'Write the region as the details page of the bucket shows it.')
  if (wishes.kmsKeyArn !== undefined && !KMS_KEY_ARN.test(wishes.kmsKeyArn))
    add('kmsKeyArn', 'It is not the ARN of a KMS key.', 'Copy it: arn:aws:kms:<region>:<account>:key/<id>.')
  if (!USER_NAME.test(wishes.userName))
    add('userName', 'It is not the name of an IAM user.', 'Copy it from the IAM console.')
  return problems
}
