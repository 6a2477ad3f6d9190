declare module '*.css'

declare module 'virtual:contract-routes' {
  import type { contract } from '@datahub/core/api/contract'
  const routes: typeof contract
  export default routes
}
