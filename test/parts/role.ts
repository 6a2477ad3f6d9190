import { randomBytes } from 'node:crypto'
import { requirePart, type IamUser } from './endpoints.ts'
import { callIam, seedPolicy } from './seed-policy.ts'

export interface TestRole {
  readonly arn: string
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A role of the customer's that may do in the bucket what the seed's policy allows, and that the user may assume: with
 * this external ID only, or, where there is none, without.
 */
export async function createRole(user: IamUser, bucket: string, externalId: string | undefined): Promise<TestRole> {
  const s3 = requirePart('s3')
  const RoleName = `data-hub-${randomBytes(6).toString('hex')}`
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: [`arn:aws:iam:::user/${user.name}`] },
    Action: ['sts:AssumeRole'],
    ...(externalId === undefined ? {} : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
  }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] })
  await callIam(s3, { Action: 'CreateRole', RoleName, Path: '/', AssumeRolePolicyDocument })
  const PolicyDocument = JSON.stringify(seedPolicy(bucket))
  await callIam(s3, { Action: 'PutRolePolicy', RoleName, PolicyName: 'reports', PolicyDocument })
  return {
    arn: `arn:aws:iam:::role/${RoleName}`,
    async [Symbol.asyncDispose]() {
      await callIam(s3, { Action: 'DeleteRolePolicy', RoleName, PolicyName: 'reports' })
      await callIam(s3, { Action: 'DeleteRole', RoleName })
    },
  }
}
