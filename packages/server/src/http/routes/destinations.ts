import { bucketNameProblems } from '@datahub/core/destination/bucket-name'
import { writerPolicy } from '@datahub/core/destination/policy'
import { partitionOf, regionProblem } from '@datahub/core/destination/regions'
import { invalid } from '@datahub/core/error/data-hub-error'
import type { Implementer } from '../implementer.ts'

export function destinationRoutes(os: Implementer) {
  const { destination } = os
  return destination.router({
    list: destination.list.handler(({ context }) => context.destinations.list(context.access)),
    create: destination.create.handler(({ context, input }) => context.destinations.create(context.access, input)),
    get: destination.get.handler(({ context, input }) => context.destinations.get(context.access, input.name)),
    replace: destination.replace.handler(({ context, input }) => context.destinations.replace(context.access, input)),
    remove: destination.remove.handler(async ({ context, input }) => {
      await context.destinations.remove(context.access, input.name)
      return {}
    }),
    test: destination.test.handler(({ context, input }) => context.destinations.test(context.access, input.name)),
    testUnsaved: destination.testUnsaved.handler(({ context, input }) =>
      context.destinations.testUnsaved(context.access, input),
    ),
    policy: destination.policy.handler(({ input: { kmsKeyArn, ...input } }) => {
      const region = regionProblem(input.region, 'amazon')
      const problems = [
        ...bucketNameProblems(input.bucket).map((problem) => ({
          field: 'bucket',
          problem,
          cure: 'Write the name as the bucket list shows it.',
        })),
        ...(region
          ? [{ field: 'region', problem: region, cure: 'Write the region as the details page of the bucket shows it.' }]
          : []),
      ]
      if (problems.length > 0) throw invalid('make the policy', problems)
      return {
        partition: partitionOf(input.region),
        policy: { ...writerPolicy({ ...input, ...(kmsKeyArn ? { kmsKeyArn } : {}) }) },
      }
    }),
  })
}
