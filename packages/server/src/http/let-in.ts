import { RIGHTS } from '@datahub/core/access/rights'
import { WORKSPACE_HEADER, WORKSPACE_PARAMETER } from '@datahub/core/access/workspace-header'
import { API_PREFIX, contract } from '@datahub/core/api/contract'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context, MiddlewareHandler } from 'hono'
import { NOBODY, type Access, type Client } from '../access/access.ts'
import type { Hub } from './hub.ts'
import { assertSameSite } from './same-site.ts'
import { problemOf, PROBLEM_TYPE, reportTo } from './problem.ts'

/** What a browser opens by its address alone. */
const STREAM = `${API_PREFIX}${contract.live.events['~orpc'].route.path}`

export interface Variables {
  readonly Variables: { access: Access; client: Client }
}

/** Whoever sends a request is known before anything of it is read; who is not is only let through to what is open to anyone. */
export function letIn(hub: Hub): MiddlewareHandler<Variables> {
  const open = openRoutes()
  return async (context, next) => {
    const { method, path } = context.req
    const client = clientOf(context, hub.proxies)
    try {
      const named = path === STREAM ? context.req.query(WORKSPACE_PARAMETER) : undefined
      const access = await hub.gate.admit(client, context.req.header(WORKSPACE_HEADER) ?? named)
      if (access === NOBODY && !open.has(`${method} ${path}`)) throw new DataHubError('auth.missing', 'use the API')
      if (!client.headers.has('authorization')) assertSameSite(method, client.headers, hub.publicUrl())
      hub.pace.assertRequest(access.actor, client.from)
      assertJson(method, client.headers)
      context.set('access', access)
      context.set('client', client)
    } catch (error) {
      const known = pacedRefusal(hub, client, reportTo(hub.logger, error))
      tellWhenToRetry(client, known)
      return withHeaders(answer(context, known), client.answer)
    }
    await next()
    context.res = withHeaders(context.res, client.answer)
    return undefined
  }
}

/** Whoever tries keys that open nothing is nobody, and has as many requests as nobody has from their address. */
function pacedRefusal(hub: Hub, client: Client, refusal: DataHubError): DataHubError {
  if (refusal.is.httpStatus !== 401) return refusal
  try {
    hub.pace.assertRequest(NOBODY.actor, client.from)
    return refusal
  } catch (error) {
    return reportTo(hub.logger, error)
  }
}

/** A request that says that it carries something carries JSON. */
function assertJson(method: string, headers: Headers): void {
  if (method === 'GET' || method === 'HEAD') return
  const type = headers.get('content-type')
  const isEmpty = !headers.has('transfer-encoding') && (headers.get('content-length') ?? '0') === '0'
  if (type === null ? isEmpty : /^application\/json *(;|$)/i.test(type)) return
  throw new DataHubError('request.content_type', 'read the request')
}

/** Methods and paths of the operations for which nobody has to be signed in. */
function openRoutes(): ReadonlySet<string> {
  const routes = Object.entries(contract).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({ name: `${noun}.${verb}`, route: operation['~orpc'].route })),
  )
  const open = routes.filter(({ name }) => (RIGHTS as Readonly<Record<string, string>>)[name] === 'anyone')
  return new Set(open.map(({ route }) => `${route.method} ${API_PREFIX}${route.path}`))
}

/** `proxies`: how many of the last addresses in X-Forwarded-For were written by proxies of ours. */
export function clientOf(context: Context, proxies: number): Client {
  const { headers } = context.req.raw
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim())
  const forwarded = proxies > 0 ? hops.at(-proxies) : undefined
  const from = forwarded || (getConnInfo(context).remote.address ?? '')
  return { headers, from: from.replace(/^::ffff:/, ''), answer: new Headers() }
}

/** For a client that asks too often. */
export function tellWhenToRetry(client: Client, error: DataHubError): void {
  const seconds = error.facts['retryAfterSeconds']
  if (error.code === 'request.too_many' && seconds !== undefined) client.answer.set('Retry-After', String(seconds))
}

export function answer(context: Context, error: DataHubError): Response {
  const problem = problemOf(error)
  const headers: Record<string, string> = { 'Content-Type': PROBLEM_TYPE }
  if (problem.status === 401) headers['WWW-Authenticate'] = 'Bearer'
  return context.body(JSON.stringify(problem), problem.status as 400, headers)
}

export function withHeaders(response: Response, more: Headers): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of more) headers.append(name, value)
  return new Response(response.body, { status: response.status, headers })
}
