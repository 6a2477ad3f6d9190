import type { contract } from '@datahub/core/api/contract'
import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient, InferContractRouterOutputs } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { preferences } from '../app/preferences.ts'
import { workspace } from '../app/workspace.ts'
import routes from 'virtual:contract-routes'
import { WORKSPACE_HEADER } from '@datahub/core/access/workspace-header'
import { isProblem, ProblemError, unknown } from './problem.ts'

export type Hub = ContractRouterClient<typeof contract>
export type Answers = InferContractRouterOutputs<typeof contract>

/** The hub as the contract describes it: `await hub.task.get({ task: '161' })`. Every failure is a ProblemError. */
export const hub = connect(workspace === undefined ? {} : { [WORKSPACE_HEADER]: workspace })

/** The hub for the bearer of a setup link, who has no session. */
export const hubWith = (code: string): Hub => connect({ Authorization: `Bearer ${code}` })

/** The same for TanStack Query: `useQuery(ask.task.get.queryOptions({ input }))`, `ask.task.key()`. */
export const query = createTanstackQueryUtils(hub)

function connect(headers: Record<string, string>): Hub {
  const url = `${window.location.origin}/api/v1`
  const spoken = () => ({ ...headers, 'Accept-Language': preferences().locale })
  return createORPCClient(
    new OpenAPILink(routes, { url, headers: spoken, fetch: (request, init) => ask(request, init) }),
  )
}

async function ask(request: Request, init: object): Promise<Response> {
  const response = await fetch(request, { ...init, credentials: 'same-origin' })
  if (response.ok) return response
  const body: unknown = await response.json().catch(() => undefined)
  throw new ProblemError(isProblem(body) ? body : { ...unknown, status: response.status })
}
