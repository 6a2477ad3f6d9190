import type { Implementer } from '../implementer.ts'

export function sourceRoutes(os: Implementer) {
  const { source } = os
  return source.router({
    list: source.list.handler(({ context }) => context.sources.list(context.access)),
    kinds: source.kinds.handler(({ context }) => context.sources.kinds()),
    create: source.create.handler(({ context, input }) => context.sources.create(context.access, input)),
    get: source.get.handler(({ context, input }) => context.sources.get(context.access, input.name)),
    replace: source.replace.handler(({ context, input }) => context.sources.replace(context.access, input)),
    remove: source.remove.handler(async ({ context, input }) => {
      await context.sources.remove(context.access, input.name)
      return {}
    }),
    test: source.test.handler(({ context, input }) => context.trials.test(context.access, input.name)),
    testUnsaved: source.testUnsaved.handler(({ context, input }) => context.trials.test(context.access, input.source)),
    discover: source.discover.handler(({ context, input: { name, ...request } }) =>
      context.trials.discover(context.access, name, request),
    ),
    discoverUnsaved: source.discoverUnsaved.handler(({ context, input: { source, ...request } }) =>
      context.trials.discover(context.access, source, request),
    ),
    reports: source.reports.handler(({ context, input }) => context.sources.reports(context.access, input.name)),
    preview: source.preview.handler(({ context, input: { name, ...request } }) =>
      context.trials.preview(context.access, name, request),
    ),
    previewUnsaved: source.previewUnsaved.handler(({ context, input: { source, ...request } }) =>
      context.trials.preview(context.access, source, request),
    ),
    estimate: source.estimate.handler(({ context, input: { name, ...request } }) =>
      context.trials.estimate(context.access, name, request),
    ),
    estimateUnsaved: source.estimateUnsaved.handler(({ context, input: { source, ...request } }) =>
      context.trials.estimate(context.access, source, request),
    ),
    dryRun: source.dryRun.handler(({ context, input: { name, ...request } }) =>
      context.trials.dryRun(context.access, name, request),
    ),
    dryRunUnsaved: source.dryRunUnsaved.handler(({ context, input: { source, ...request } }) =>
      context.trials.dryRun(context.access, source, request),
    ),
    schemas: source.schemas.handler(({ context, input }) => context.trials.schemas(context.access, input.name)),
    acceptSchema: source.acceptSchema.handler(({ context, input }) =>
      context.trials.acceptSchema(context.access, input.name, input.table),
    ),
  })
}
