import { expect, test } from 'vitest'
import { ACTION_REASONS, guidePolicy, keyStatementFor, statementFor, writerPolicy } from './policy.ts'

const bucket = 'company-xnurta-data'

test('the generated policy asks for the least that works', () => {
  expect(writerPolicy({ bucket, region: 'us-east-1' })).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'DataHubReports',
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        Resource: ['arn:aws:s3:::company-xnurta-data/reports/*'],
      },
    ],
  })
})

test.each([
  ['eu-west-1', 'arn:aws:s3:::company-xnurta-data/acme/reports/*'],
  ['cn-north-1', 'arn:aws-cn:s3:::company-xnurta-data/acme/reports/*'],
  ['us-gov-east-1', 'arn:aws-us-gov:s3:::company-xnurta-data/acme/reports/*'],
])('in %s it names the right partition and the prefix', (region, arn) => {
  for (const prefix of ['acme', 'acme/']) {
    expect(writerPolicy({ bucket, region, prefix }).Statement[0]?.Resource).toEqual([arn])
  }
})

test('a key and the ACL right come only when asked for', () => {
  const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/abc'
  const policy = writerPolicy({ bucket, region: 'us-east-1', kmsKeyArn, objectAcl: true })
  expect(policy.Statement[0]?.Action).toContain('s3:PutObjectAcl')
  expect(policy.Statement[1]).toEqual({
    Sid: 'DataHubKey',
    Effect: 'Allow',
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: [kmsKeyArn],
  })
})

test('every action that is asked for has its reason', () => {
  const all = writerPolicy({ bucket, region: 'us-east-1', kmsKeyArn: 'arn:aws:kms:::key/x', objectAcl: true })
  expect(all.Statement.flatMap((statement) => statement.Action).sort()).toEqual(Object.keys(ACTION_REASONS).sort())
})

test("the guide's own policy is three actions on the whole bucket, in the partition of the region", () => {
  expect(guidePolicy(bucket, 'cn-north-1')).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:PutObjectAcl', 's3:GetObject'],
        Resource: ['arn:aws-cn:s3:::company-xnurta-data/*'],
      },
    ],
  })
})

test('a remedy can quote the one statement that is missing', () => {
  expect(statementFor(['s3:GetObject'], { bucket, region: 'us-east-1' })).toBe(
    '{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::company-xnurta-data/reports/*"]}',
  )
})

test('and the one for the key, with a place to fill in where the key is not known', () => {
  expect(keyStatementFor({ bucket, region: 'cn-north-1' })).toBe(
    '{"Effect":"Allow","Action":["kms:GenerateDataKey","kms:Decrypt"],"Resource":["arn:aws-cn:kms:cn-north-1:<account>:key/<the key of the bucket>"]}',
  )
})
