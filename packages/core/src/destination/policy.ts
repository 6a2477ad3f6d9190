import { normalizePrefix } from './prefix.ts'
import { partitionOf } from './regions.ts'

export interface PolicyStatement {
  readonly Sid?: string
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
}

export interface PolicyDocument {
  readonly Version: '2012-10-17'
  readonly Statement: readonly PolicyStatement[]
}

export interface PolicyWishes {
  readonly bucket: string
  readonly region: string
  readonly prefix?: string
  /** The key that encrypts the bucket, where it is not Amazon's own. */
  readonly kmsKeyArn?: string | undefined
  /** For old buckets that still hand out rights object by object. */
  readonly objectAcl?: boolean
}

/** Why the generated policy asks for each action, as a sentence to the person who has to approve it. */
export const ACTION_REASONS = {
  's3:PutObject': 'Stores packages, manifests and sync logs, whole or in parts, and asks whether a name is taken.',
  's3:GetObject': 'Reads the sync log back before it is extended, and verifies what was stored.',
  's3:AbortMultipartUpload': 'Removes the parts of an upload that failed, which would be billed otherwise.',
  's3:ListMultipartUploadParts': 'Sees which parts of an interrupted upload have arrived.',
  's3:PutObjectAcl': "Hands the object to the bucket's owner, where the bucket still uses ACLs.",
  'kms:GenerateDataKey': "Encrypts with the bucket's own key.",
  'kms:Decrypt': 'Joins the parts of an encrypted upload and reads it back.',
} as const

export type PolicyAction = keyof typeof ACTION_REASONS

/** The least rights with which everything works, on the folder that Data Hub writes to and nothing beside it. */
export function writerPolicy(wishes: PolicyWishes): PolicyDocument {
  const actions: PolicyAction[] = [
    's3:PutObject',
    's3:GetObject',
    's3:AbortMultipartUpload',
    's3:ListMultipartUploadParts',
  ]
  if (wishes.objectAcl) actions.push('s3:PutObjectAcl')
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'DataHubReports', Effect: 'Allow', Action: actions, Resource: [reportsArn(wishes)] },
      ...(wishes.kmsKeyArn === undefined ? [] : [kmsStatement(wishes.kmsKeyArn)]),
    ],
  }
}

/** The policy of the set-up guide, to the letter but for the partition. Everything works with it as well. */
export function guidePolicy(bucket: string, region: string): PolicyDocument {
  const statement: PolicyStatement = {
    Effect: 'Allow',
    Action: ['s3:PutObject', 's3:PutObjectAcl', 's3:GetObject'],
    Resource: [`arn:${partitionOf(region)}:s3:::${bucket}/*`],
  }
  return { Version: '2012-10-17', Statement: [statement] }
}

/** One statement for one missing right, for a remedy: `{"Effect":"Allow","Action":["s3:GetObject"],"Resource":[…]}`. */
export function statementFor(actions: readonly PolicyAction[], wishes: PolicyWishes): string {
  return JSON.stringify({ Effect: 'Allow', Action: actions, Resource: [reportsArn(wishes)] } satisfies PolicyStatement)
}

/** The same for the key that encrypts the bucket, which both IAM and the policy of the key have to allow. */
export function keyStatementFor({ region, kmsKeyArn }: PolicyWishes): string {
  const arn = kmsKeyArn ?? `arn:${partitionOf(region)}:kms:${region}:<account>:key/<the key of the bucket>`
  const { Effect, Action, Resource } = kmsStatement(arn)
  return JSON.stringify({ Effect, Action, Resource })
}

function kmsStatement(keyArn: string): PolicyStatement {
  return { Sid: 'DataHubKey', Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: [keyArn] }
}

function reportsArn({ bucket, region, prefix = '' }: PolicyWishes): string {
  return `arn:${partitionOf(region)}:s3:::${bucket}/${normalizePrefix(prefix)}reports/*`
}
