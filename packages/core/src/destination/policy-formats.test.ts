import { expect, test } from 'vitest'
import { policyAsCli, policyAsJson, policyAsTerraform } from './policy-formats.ts'
import { ACTION_REASONS, guidePolicy, writerPolicy } from './policy.ts'

const wishes = {
  bucket: 'company-data',
  region: 'cn-north-1',
  prefix: 'acme',
  kmsKeyArn: 'arn:aws-cn:kms:cn-north-1:111122223333:key/abc',
  objectAcl: true,
}

test('as JSON it is the document and nothing else', () => {
  expect(JSON.parse(policyAsJson(writerPolicy(wishes)))).toEqual(writerPolicy(wishes))
})

test('as a command it holds the document, in quotes that a shell leaves alone', () => {
  const text = policyAsCli(writerPolicy(wishes), 'xnurta-data-task')
  const document = /--policy-document '([^']*)'/.exec(text)?.[1] ?? ''
  expect(JSON.parse(document)).toEqual(writerPolicy(wishes))
  expect(text).toContain('--user-name xnurta-data-task')
})

test('every action is explained, in the command and in Terraform', () => {
  for (const policy of [writerPolicy(wishes), guidePolicy('company-data', 'us-east-1')]) {
    const actions = policy.Statement.flatMap((statement) => statement.Action)
    for (const text of [policyAsCli(policy, 'u'), policyAsTerraform(policy, 'u')]) {
      for (const action of actions) expect(text).toContain(ACTION_REASONS[action as keyof typeof ACTION_REASONS])
    }
  }
})

test('as Terraform', () => {
  expect(policyAsTerraform(writerPolicy({ bucket: 'company-data', region: 'us-east-1' }), 'xnurta-data-task')).toBe(
    `data "aws_iam_policy_document" "data_hub" {
  statement {
    sid     = "DataHubReports"
    effect  = "Allow"
    actions = [
      "s3:PutObject", # Stores packages, manifests and sync logs, whole or in parts, and asks whether a name is taken.
      "s3:GetObject", # Reads the sync log back before it is extended, and verifies what was stored.
      "s3:AbortMultipartUpload", # Removes the parts of an upload that failed, which would be billed otherwise.
      "s3:ListMultipartUploadParts", # Sees which parts of an interrupted upload have arrived.
    ]
    resources = ["arn:aws:s3:::company-data/reports/*"]
  }
}

resource "aws_iam_user_policy" "data_hub" {
  name   = "data-hub"
  user   = "xnurta-data-task"
  policy = data.aws_iam_policy_document.data_hub.json
}
`,
  )
})
