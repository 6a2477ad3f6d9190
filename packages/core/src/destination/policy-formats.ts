import { ACTION_REASONS, type PolicyAction, type PolicyDocument } from './policy.ts'

/** The name that the generated commands give to the policy; there is no reason to choose another. */
const POLICY_NAME = 'data-hub'

/** What `aws iam` takes. JSON has no comments: the reasons are in the documentation and in the other formats. */
export function policyAsJson(policy: PolicyDocument): string {
  return `${JSON.stringify(policy, null, 2)}\n`
}

/** A shell script that attaches the policy to the user. */
export function policyAsCli(policy: PolicyDocument, userName: string): string {
  return [
    ...explained(policy),
    'aws iam put-user-policy \\',
    `  --user-name ${userName} \\`,
    `  --policy-name ${POLICY_NAME} \\`,
    `  --policy-document '${JSON.stringify(policy)}'`,
    '',
  ].join('\n')
}

/** Terraform that attaches the policy to the user. */
export function policyAsTerraform(policy: PolicyDocument, userName: string): string {
  const statements = policy.Statement.flatMap(({ Sid, Effect, Action, Resource }) => [
    '  statement {',
    ...(Sid ? [`    sid     = ${JSON.stringify(Sid)}`] : []),
    `    effect  = ${JSON.stringify(Effect)}`,
    '    actions = [',
    ...Action.map((action) => `      ${JSON.stringify(action)}, # ${reasonFor(action)}`),
    '    ]',
    `    resources = ${JSON.stringify(Resource)}`,
    '  }',
  ])
  return [
    'data "aws_iam_policy_document" "data_hub" {',
    ...statements,
    '}',
    '',
    'resource "aws_iam_user_policy" "data_hub" {',
    `  name   = ${JSON.stringify(POLICY_NAME)}`,
    `  user   = ${JSON.stringify(userName)}`,
    '  policy = data.aws_iam_policy_document.data_hub.json',
    '}',
    '',
  ].join('\n')
}

/** Each action of the policy with its reason, for the person who has to approve it. */
export function explainActions(policy: PolicyDocument): { action: string; reason: string }[] {
  return policy.Statement.flatMap((statement) => statement.Action).map((action) => ({
    action,
    reason: reasonFor(action),
  }))
}

function explained(policy: PolicyDocument): string[] {
  return [
    '# What it allows, and why:',
    ...explainActions(policy).map(({ action, reason }) => `#   ${action}: ${reason}`),
  ]
}

function reasonFor(action: string): string {
  return ACTION_REASONS[action as PolicyAction]
}
