import { contract } from '@datahub/core/api/contract'
import type { Plugin } from 'vite'

const MODULE = 'virtual:contract-routes'

/**
 * The contract as the browser needs it: method and path of every operation, without the schemas and so without zod. Types
 * come from the contract itself; this is made from it at build time, so the two cannot differ.
 */
export function contractRoutes(): Plugin {
  return {
    name: 'datahub:contract-routes',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load: (id) => (id === `\0${MODULE}` ? `export default ${JSON.stringify(routesOf(contract))}` : undefined),
  }
}

function routesOf(router: object): object {
  return Object.fromEntries(
    Object.entries(router).map(([name, item]: [string, object]) => {
      if (!('~orpc' in item)) return [name, routesOf(item)]
      const { method, path, inputStructure, outputStructure } = (item['~orpc'] as { route: Record<string, unknown> })
        .route
      return [name, { '~orpc': { errorMap: {}, meta: {}, route: { method, path, inputStructure, outputStructure } } }]
    }),
  )
}
