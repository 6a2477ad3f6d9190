import { WORKSPACE_HEADER } from '@datahub/core/api/access-shapes'
import { API_PREFIX } from '@datahub/core/api/contract'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { OpenAPIHandler } from '@orpc/openapi/fetch'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Access } from '../access/access.ts'
import type { Hub, RequestContext } from './hub.ts'
import { implementer } from './implementer.ts'
import { openApiDocument } from './openapi.ts'
import { problemOf, PROBLEM_TYPE, toDataHubError, toORPCError } from './problem.ts'
import { backfillRoutes } from './routes/backfills.ts'
import { destinationRoutes } from './routes/destinations.ts'
import { executionRoutes } from './routes/executions.ts'
import { hubRoutes } from './routes/hub.ts'
import { sourceRoutes } from './routes/sources.ts'
import { taskRoutes } from './routes/tasks.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { workspaceRoutes } from './routes/workspaces.ts'

interface Variables {
  readonly Variables: { access: Access }
}

const BODY_MAX_BYTES = 4 * 1024 * 1024

/** The HTTP face of the hub: routes only translate between the contract and the services. */
export function createApp(hub: Hub): Hono<Variables> {
  const handler = createHandler(hub)
  const app = new Hono<Variables>()
  app.use(async (context, next) => {
    await next()
    context.res.headers.set('X-Content-Type-Options', 'nosniff')
    context.res.headers.set('Cache-Control', 'no-store')
  })
  app.get('/healthz', (context) => context.json({ status: 'ok' }))
  app.use(`${API_PREFIX}/*`, async (context, next) => {
    const access = await admit(hub, context)
    if (access instanceof DataHubError) return answer(context, access)
    context.set('access', access)
    return next()
  })
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
        context: { ...hub, access: context.get('access') },
      })
      if (!matched) return next()
      if (response.status < 400) return response
      return new Response(response.body, { status: response.status, headers: { 'Content-Type': PROBLEM_TYPE } })
    },
  )
  app.notFound((context) =>
    answer(
      context,
      new DataHubError('request.not_found', `find ${context.req.path}`, {
        hint: `The API is described at ${API_PREFIX}/openapi.json.`,
      }),
    ),
  )
  app.onError((error, context) => answer(context, report(hub, error)))
  return app
}

function createHandler(hub: Hub) {
  const router = implementer.router({
    source: sourceRoutes(implementer),
    destination: destinationRoutes(implementer),
    task: taskRoutes(implementer),
    execution: executionRoutes(implementer),
    backfill: backfillRoutes(implementer),
    hub: hubRoutes(implementer),
    token: tokenRoutes(implementer),
    workspace: workspaceRoutes(implementer),
  })
  return new OpenAPIHandler<RequestContext>(router, {
    // What fails before a handler is called, such as a body that is no JSON, keeps the status that oRPC gives it
    customErrorResponseBodyEncoder: (error) =>
      error.data ?? { ...problemOf(toDataHubError(error)), status: error.status },
    clientInterceptors: [
      async ({ next, path, context }) => {
        try {
          hub.gate.assertMay(context.access, path.join('.'))
          return await next()
        } catch (error) {
          throw toORPCError(report(hub, error))
        }
      },
    ],
  })
}

/** With every request, before anything of it is read. */
async function admit(hub: Hub, context: Context): Promise<Access | DataHubError> {
  const authorization = context.req.header('Authorization')
  const workspace = context.req.header(WORKSPACE_HEADER)
  try {
    return await hub.gate.admit({ authorization, workspace })
  } catch (error) {
    return report(hub, error)
  }
}

/** Only what we did not expect is worth a line in the hub's log. */
function report(hub: Hub, error: unknown): DataHubError {
  const known = toDataHubError(error)
  if (known.code === 'hub.internal') hub.logger.error({ err: known }, 'request failed')
  return known
}

function answer(context: Context, error: DataHubError): Response {
  const problem = problemOf(error)
  const headers: Record<string, string> = { 'Content-Type': PROBLEM_TYPE }
  if (problem.status === 401) headers['WWW-Authenticate'] = 'Bearer'
  return context.body(JSON.stringify(problem), problem.status as 400, headers)
}
