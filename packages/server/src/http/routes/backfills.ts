import type { Implementer } from '../implementer.ts'

export function backfillRoutes(os: Implementer) {
  const { backfill } = os
  return backfill.router({
    start: backfill.start.handler(({ context, input }) => context.backfills.start(input)),
    list: backfill.list.handler(({ context, input }) => context.backfills.list(input)),
    get: backfill.get.handler(({ context, input }) => context.backfills.get(input.id)),
    pause: backfill.pause.handler(({ context, input }) => context.backfills.pause(input.id)),
    resume: backfill.resume.handler(({ context, input }) => context.backfills.resume(input.id)),
    cancel: backfill.cancel.handler(({ context, input }) => context.backfills.cancel(input.id)),
    retry: backfill.retry.handler(({ context, input }) => context.backfills.retry(input.id)),
  })
}
