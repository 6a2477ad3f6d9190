import type { Implementer } from '../implementer.ts'

export function sourceRoutes(os: Implementer) {
  const { source } = os
  return source.router({
    list: source.list.handler(({ context }) => context.sources.list()),
    create: source.create.handler(({ context, input }) => context.sources.create(input)),
    get: source.get.handler(({ context, input }) => context.sources.get(input.name)),
    replace: source.replace.handler(({ context, input }) => context.sources.replace(input)),
    remove: source.remove.handler(async ({ context, input }) => {
      await context.sources.remove(input.name)
      return {}
    }),
    test: source.test.handler(({ context, input }) => context.sources.test(input.name)),
    preview: source.preview.handler(({ context, input: { name, ...request } }) =>
      context.sources.preview(name, request),
    ),
  })
}
