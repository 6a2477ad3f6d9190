import { WORKSPACE_HEADER } from '@datahub/core/access/workspace-header'
import { API_PREFIX, contract } from '@datahub/core/api/contract'
import { Problem } from '@datahub/core/api/error-shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { createORPCClient, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import type { Connection } from './connection.ts'
import { ProblemError } from './problem.ts'

/** The hub as the contract describes it: `hub.task.list()`. Every failure is a ProblemError or a DataHubError. */
export type Hub = ContractRouterClient<typeof contract>

export function connectTo(connection: Connection, interrupted: AbortSignal): Hub {
  const link = new OpenAPILink(contract, {
    url: connection.url + API_PREFIX,
    headers: {
      ...(connection.token === undefined ? {} : { authorization: `Bearer ${connection.token}` }),
      ...(connection.workspace === undefined ? {} : { [WORKSPACE_HEADER]: connection.workspace }),
    },
    fetch: (request, init) => ask(request, { ...init, signal: interrupted }, connection),
  })
  return createORPCClient(link)
}

/**
 * One request. Here, and not in the link's own error decoder, because that one sees neither a hub that does not answer
 * nor an answer that is not JSON, such as a proxy's page. Answers are read whole, event streams and files as they come.
 */
async function ask(request: Request, init: RequestInit, connection: Connection): Promise<Response> {
  const response = await reach(connection, () => fetch(request, init))
  const type = response.headers.get('content-type') ?? ''
  if (/^(text\/event-stream|application\/zip)/.test(type) && response.ok) return response
  const text = await reach(connection, () => response.text())
  if (!response.ok) throw refusal(response, text, connection)
  if (!isJson(text)) throw notDataHub(connection, response)
  return new Response(text || null, { status: response.status, headers: { 'content-type': 'application/json' } })
}

async function reach<Answer>(connection: Connection, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    throw unreachable(connection.url, error)
  }
}

function unreachable(url: string, error: unknown): DataHubError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const reason = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : 'connection lost'
  return new DataHubError('hub.unreachable', `reach ${url}`, { cause: error, facts: { reason } })
}

function refusal(response: Response, text: string, connection: Connection): Error {
  const parsed = isJson(text) ? Problem.safeParse(JSON.parse(text || 'null')) : undefined
  if (!parsed?.success) return notDataHub(connection, response)
  const problem = parsed.data
  if (response.status !== 401) return new ProblemError(problem)
  return new ProblemError({ ...problem, facts: { ...problem.facts, token: connection.tokenOrigin } })
}

function notDataHub({ url }: Connection, response: Response): DataHubError {
  return new DataHubError('hub.unreachable', `talk to ${url}`, {
    hint: 'Something answers there, but not as Data Hub does: check the address, the port and any proxy in between.',
    facts: { httpStatus: response.status },
  })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text || 'null')
    return true
  } catch {
    return false
  }
}

/** What a broken event stream throws, as an error like all others; anything else is given back as it is. */
export function asStreamError(error: unknown, doing: string): unknown {
  if (error instanceof ORPCError) {
    const sent = Problem.safeParse(error.data)
    return sent.success ? new ProblemError(sent.data) : new DataHubError('hub.internal', doing, { cause: error })
  }
  return error instanceof TypeError ? new DataHubError('hub.unreachable', doing, { cause: error }) : error
}
