import { writerPolicy } from '@datahub/core/destination/policy'
import { explainActions, policyAsCli, policyAsJson, policyAsTerraform } from '@datahub/core/destination/policy-formats'
import { policyProblems } from '@datahub/core/destination/policy-problems'
import { partitionOf } from '@datahub/core/destination/regions'
import { invalid } from '@datahub/core/error/data-hub-error'
import type { Implementer } from '../implementer.ts'

export function destinationRoutes(os: Implementer) {
  const { destination } = os
  return destination.router({
    list: destination.list.handler(({ context }) => context.destinations.list(context.access)),
    kinds: destination.kinds.handler(({ context }) => context.destinations.kinds()),
    create: destination.create.handler(({ context, input }) => context.destinations.create(context.access, input)),
    get: destination.get.handler(({ context, input }) => context.destinations.get(context.access, input.name)),
    replace: destination.replace.handler(({ context, input }) => context.destinations.replace(context.access, input)),
    rotate: destination.rotate.handler(({ context, input }) =>
      context.destinations.rotate(context.access, input.name, input.credentials),
    ),
    remove: destination.remove.handler(async ({ context, input }) => {
      await context.destinations.remove(context.access, input.name)
      return {}
    }),
    test: destination.test.handler(({ context, input }) => context.destinations.test(context.access, input.name)),
    testUnsaved: destination.testUnsaved.handler(({ context, input }) =>
      context.destinations.testUnsaved(context.access, input),
    ),
    policy: destination.policy.handler(({ input }) => policyFor(input)),
  })
}

interface PolicyWish {
  readonly bucket: string
  readonly region: string
  readonly prefix: string
  readonly kmsKeyArn?: string | undefined
  readonly objectAcl: boolean
  readonly userName: string
}

/** The policy for a bucket, in the forms in which people attach it. Throws `request.invalid`. */
export function policyFor({ kmsKeyArn, userName, ...input }: PolicyWish) {
  const problems = policyProblems({ ...input, kmsKeyArn, userName })
  if (problems.length > 0) throw invalid('make the policy', problems)
  const policy = writerPolicy({ ...input, ...(kmsKeyArn ? { kmsKeyArn } : {}) })
  return {
    partition: partitionOf(input.region),
    policy: { ...policy },
    actions: explainActions(policy),
    json: policyAsJson(policy),
    cli: policyAsCli(policy, userName),
    terraform: policyAsTerraform(policy, userName),
  }
}
