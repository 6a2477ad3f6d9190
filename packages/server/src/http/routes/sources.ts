import type { Implementer } from '../implementer.ts'

export function sourceRoutes(os: Implementer) {
  const { source } = os
  return source.router({
    list: source.list.handler(({ context }) => context.sources.list(context.access)),
    create: source.create.handler(({ context, input }) => context.sources.create(context.access, input)),
    get: source.get.handler(({ context, input }) => context.sources.get(context.access, input.name)),
    replace: source.replace.handler(({ context, input }) => context.sources.replace(context.access, input)),
    remove: source.remove.handler(async ({ context, input }) => {
      await context.sources.remove(context.access, input.name)
      return {}
    }),
    test: source.test.handler(({ context, input }) => context.sources.test(context.access, input.name)),
    preview: source.preview.handler(({ context, input: { name, ...request } }) =>
      context.sources.preview(context.access, name, request),
    ),
  })
}
