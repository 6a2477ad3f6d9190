import type { Implementer } from '../implementer.ts'

export function backfillRoutes(os: Implementer) {
  const { backfill } = os
  return backfill.router({
    start: backfill.start.handler(({ context, input }) => context.backfills.start(context.access, input)),
    list: backfill.list.handler(({ context, input }) => context.backfills.list(context.access, input)),
    get: backfill.get.handler(({ context, input }) => context.backfills.get(context.access, input.id)),
    pause: backfill.pause.handler(({ context, input }) => context.backfills.pause(context.access, input.id)),
    resume: backfill.resume.handler(({ context, input }) => context.backfills.resume(context.access, input.id)),
    cancel: backfill.cancel.handler(({ context, input }) => context.backfills.cancel(context.access, input.id)),
    retry: backfill.retry.handler(({ context, input }) => context.backfills.retry(context.access, input.id)),
  })
}
