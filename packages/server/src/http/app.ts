import { API_PREFIX } from '@datahub/core/api/contract'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { OpenAPIHandler } from '@orpc/openapi/fetch'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { AUTH_PATH } from '../access/accounts.ts'
import { audited } from './audit-trail.ts'
import { answer, letIn, tellWhenToRetry, type Variables } from './let-in.ts'
import { consoleRoutes } from './console.ts'
import { version } from '../version.ts'
import type { Hub, RequestContext } from './hub.ts'
import { implementer } from './implementer.ts'
import { returnFromProvider } from './oidc-return.ts'
import { openApiDocument } from './openapi.ts'
import { inLanguageOfReader } from './problem-language.ts'
import { problemOf, PROBLEM_TYPE, reportTo, toDataHubError, toORPCError } from './problem.ts'
import { alertChannelRoutes, alertRoutes } from './routes/alerts.ts'
import { auditRoutes } from './routes/audit.ts'
import { backfillRoutes } from './routes/backfills.ts'
import { destinationRoutes } from './routes/destinations.ts'
import { errorRoutes } from './routes/errors.ts'
import { executionRoutes } from './routes/executions.ts'
import { hubRoutes } from './routes/hub.ts'
import { invitationRoutes, sessionRoutes, setupRoutes } from './routes/sessions.ts'
import { setupLinkRoutes } from './routes/setup-links.ts'
import { liveRoutes } from './routes/live.ts'
import { keyRoutes } from './routes/keys.ts'
import { sourceRoutes } from './routes/sources.ts'
import { taskRoutes } from './routes/tasks.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { userRoutes } from './routes/users.ts'
import { workspaceRoutes } from './routes/workspaces.ts'

const HEARTBEAT_MS = 15_000
const BODY_MAX_BYTES = 4 * 1024 * 1024

/** The HTTP face of the hub: routes only translate between the contract and the services. */
export function createApp(hub: Hub): Hono<Variables> {
  const handler = createHandler(hub)
  const app = new Hono<Variables>()
  app.use(async (context, next) => {
    await next()
    context.res.headers.set('X-Content-Type-Options', 'nosniff')
    if (!context.res.headers.has('Cache-Control')) context.res.headers.set('Cache-Control', 'no-store')
  })
  app.use(inLanguageOfReader)
  app.get('/healthz', (context) => context.json({ status: 'ok' }))
  app.get('/readyz', async (context) => {
    const isReady = await hub.isReady()
    return context.json({ status: isReady ? 'ready' : 'not ready' }, isReady ? 200 : 503)
  })
  app.get('/version', (context) => context.json({ version }))
  // The one route that the identity provider sends people back to
  app.get(`${AUTH_PATH}/callback/oidc`, (context) => returnFromProvider(hub, context))
  app.use(`${API_PREFIX}/*`, letIn(hub))
  app.get(`${API_PREFIX}/openapi.json`, async (context) => context.json(await openApiDocument()))
  app.use(
    `${API_PREFIX}/*`,
    bodyLimit({
      maxSize: BODY_MAX_BYTES,
      onError: (context) => answer(context, new DataHubError('request.too_large', 'read the request')),
    }),
    async (context, next) => {
      const { matched, response } = await handler.handle(context.req.raw, {
        prefix: API_PREFIX,
        context: { ...hub, access: context.get('access'), client: context.get('client') },
      })
      if (!matched) return next()
      if (response.status < 400) return response
      return new Response(response.body, { status: response.status, headers: { 'Content-Type': PROBLEM_TYPE } })
    },
  )
  if (hub.console) app.route('/', consoleRoutes(hub.console))
  app.notFound((context) =>
    answer(
      context,
      new DataHubError('request.not_found', `find ${context.req.path}`, {
        hint: `The API is described at ${API_PREFIX}/openapi.json.`,
      }),
    ),
  )
  app.onError((error, context) => answer(context, reportTo(hub.logger, error)))
  return app
}

function createHandler(hub: Hub) {
  const router = implementer.router({
    source: sourceRoutes(implementer),
    destination: destinationRoutes(implementer),
    task: taskRoutes(implementer),
    execution: executionRoutes(implementer),
    backfill: backfillRoutes(implementer),
    error: errorRoutes(implementer),
    live: liveRoutes(implementer),
    alert: alertRoutes(implementer),
    alertChannel: alertChannelRoutes(implementer),
    hub: hubRoutes(implementer),
    key: keyRoutes(implementer),
    token: tokenRoutes(implementer),
    workspace: workspaceRoutes(implementer),
    user: userRoutes(implementer),
    session: sessionRoutes(implementer),
    setup: setupRoutes(implementer),
    invitation: invitationRoutes(implementer),
    audit: auditRoutes(implementer),
    setupLink: setupLinkRoutes(implementer),
  })
  return new OpenAPIHandler<RequestContext>(router, {
    eventIteratorKeepAliveInterval: HEARTBEAT_MS,
    // What fails before a handler is called, such as a body that is no JSON, keeps the status that oRPC gives it
    customErrorResponseBodyEncoder: (error) =>
      error.data ?? { ...problemOf(toDataHubError(error)), status: error.status },
    clientInterceptors: [
      async ({ next, path, input, context }) => {
        const [operation, begunAt] = [path.join('.'), performance.now()]
        const tell = (status: number) => hub.metrics.request(operation, status, (performance.now() - begunAt) / 1000)
        try {
          const output = await audited(operation, input, context, next, toDataHubError)
          tell(200)
          return output
        } catch (error) {
          const known = reportTo(hub.logger, error)
          tell(problemOf(known).status)
          tellWhenToRetry(context.client, known)
          throw toORPCError(known)
        }
      },
    ],
  })
}
