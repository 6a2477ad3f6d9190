import { ACTION_REASONS } from '@datahub/core/destination/policy'

/** The words beside an IAM policy, which only the pages with one load. */
export const policy = {
  title: 'IAM policy',
  lead: 'The least rights with which everything works. Attach it to the IAM user whose keys you enter.',
  json: 'JSON',
  cli: 'AWS CLI',
  terraform: 'Terraform',
  why: 'Why these actions?',
  fillIn: 'Enter the bucket name and the region to see the policy.',
  china: 'China regions use arn:aws-cn; the console is console.amazonaws.cn.',
  gov: 'GovCloud regions use arn:aws-us-gov.',
  reasons: ACTION_REASONS as Record<keyof typeof ACTION_REASONS, string>,
}

export type PolicyMessages = typeof policy
