import type { contract } from '@datahub/core/api/contract'
import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient, InferContractRouterOutputs } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import routes from 'virtual:contract-routes'
import { isProblem, ProblemError, unknown } from './problem.ts'

export type Hub = ContractRouterClient<typeof contract>
export type Answers = InferContractRouterOutputs<typeof contract>

const link = new OpenAPILink(routes, {
  url: `${window.location.origin}/api/v1`,
  fetch: (request, init) => ask(request, init),
})

/** The hub as the contract describes it: `await hub.task.get({ task: '161' })`. Every failure is a ProblemError. */
export const hub: Hub = createORPCClient(link)

/** The same for TanStack Query: `useQuery(ask.task.get.queryOptions({ input }))`, `ask.task.key()`. */
export const query = createTanstackQueryUtils(hub)

async function ask(request: Request, init: object): Promise<Response> {
  const response = await fetch(request, { ...init, credentials: 'same-origin' })
  if (response.ok) return response
  const body: unknown = await response.json().catch(() => undefined)
  throw new ProblemError(isProblem(body) ? body : { ...unknown, status: response.status })
}
