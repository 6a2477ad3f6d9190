import { oc } from '@orpc/contract'
import { z } from 'zod'
import { AlertChannelDefinition } from '../alert/channel.ts'
import { AlertChannelView, AlertMessagePage, AlertPage, AlertTrial, NewSecret } from './alert-shapes.ts'
import { Cursor, Limit, Nothing } from './values.ts'

const tags = ['alerts']
const ChannelName = z.object({ channel: z.string().min(1).max(100) })
const Page = z.object({ cursor: Cursor.optional(), limit: Limit.default(50) })

/** Alerts: what the hub has told people of its own accord. */
export const alertRoutes = {
  list: oc
    .route({ method: 'GET', path: '/alerts', tags, summary: 'List alerts, newest first: one per root cause' })
    .input(Page.extend({ state: z.enum(['open', 'resolved']).optional() }))
    .output(AlertPage),
}

/** Where alerts are sent. */
export const alertChannelRoutes = {
  list: oc
    .route({ method: 'GET', path: '/alert-channels', tags, summary: 'List the channels' })
    .output(z.array(AlertChannelView)),
  get: oc
    .route({ method: 'GET', path: '/alert-channels/{channel}', tags, summary: 'Show a channel' })
    .input(ChannelName)
    .output(AlertChannelView),
  create: oc
    .route({
      method: 'POST',
      path: '/alert-channels',
      tags,
      successStatus: 201,
      summary: 'Add a channel; the secret of a webhook is shown this once',
    })
    .input(AlertChannelDefinition)
    .output(z.object({ channel: AlertChannelView }).extend(NewSecret.shape)),
  replace: oc
    .route({
      method: 'PUT',
      path: '/alert-channels/{channel}',
      tags,
      inputStructure: 'detailed',
      summary: 'Replace the definition of a channel; another name renames it, secrets left out stay',
    })
    .input(z.object({ params: ChannelName, body: AlertChannelDefinition }))
    .output(AlertChannelView),
  remove: oc
    .route({
      method: 'DELETE',
      path: '/alert-channels/{channel}',
      tags,
      summary: 'Remove a channel, with what was not sent yet',
    })
    .input(ChannelName)
    .output(Nothing),
  test: oc
    .route({ method: 'POST', path: '/alert-channels/{channel}/test', tags, summary: 'Send a test message at once' })
    .input(ChannelName)
    .output(AlertTrial),
  testUnsaved: oc
    .route({
      method: 'POST',
      path: '/alert-channel-tests',
      tags,
      inputStructure: 'detailed',
      summary: 'The same with values that are not saved; secrets left out are those of the channel named',
    })
    .input(z.object({ query: z.object({ channel: z.string().max(100).optional() }), body: AlertChannelDefinition }))
    .output(AlertTrial),
  rotate: oc
    .route({
      method: 'POST',
      path: '/alert-channels/{channel}/rotate',
      tags,
      summary: 'Make a new secret for a webhook, shown this once; for a day messages are signed with both',
    })
    .input(ChannelName)
    .output(z.object({ secret: z.string() })),
  messages: oc
    .route({
      method: 'GET',
      path: '/alert-channels/{channel}/messages',
      tags,
      summary: 'What was sent or is to be sent there, newest first',
    })
    .input(Page.extend(ChannelName.shape))
    .output(AlertMessagePage),
}
