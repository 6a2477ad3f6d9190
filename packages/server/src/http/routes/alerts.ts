import type { Implementer } from '../implementer.ts'

export function alertRoutes(os: Implementer) {
  const { alert } = os
  return alert.router({
    list: alert.list.handler(({ context, input }) => context.alerts.list(context.access, input)),
  })
}

export function alertChannelRoutes(os: Implementer) {
  const { alertChannel } = os
  return alertChannel.router({
    list: alertChannel.list.handler(({ context }) => context.alertChannels.list(context.access)),
    get: alertChannel.get.handler(({ context, input }) => context.alertChannels.get(context.access, input.channel)),
    create: alertChannel.create.handler(({ context, input }) => context.alertChannels.create(context.access, input)),
    replace: alertChannel.replace.handler(({ context, input: { params, body } }) =>
      context.alertChannels.replace(context.access, params.channel, body),
    ),
    remove: alertChannel.remove.handler(async ({ context, input }) => {
      await context.alertChannels.remove(context.access, input.channel)
      return {}
    }),
    test: alertChannel.test.handler(({ context, input }) => context.alertChannels.test(context.access, input.channel)),
    testUnsaved: alertChannel.testUnsaved.handler(({ context, input: { query, body } }) =>
      context.alertChannels.testUnsaved(context.access, body, query.channel),
    ),
    rotate: alertChannel.rotate.handler(({ context, input }) =>
      context.alertChannels.rotate(context.access, input.channel),
    ),
    messages: alertChannel.messages.handler(({ context, input: { channel, ...request } }) =>
      context.alertChannels.messages(context.access, channel, request),
    ),
  })
}
