import { QueryCache, QueryClient } from '@tanstack/react-query'
import { asProblem } from '../api/problem.ts'

/** What was asked once is shown at once and asked again behind it; whoever is not signed in is led to where one does. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (asProblem(error).status === 401) onSignedOut()
      },
    }),
    defaultOptions: {
      queries: {
        // The hub may be on this machine or in this house: whether there is internet means nothing
        networkMode: 'always',
        staleTime: 2_000,
        retry: (failures, error) => failures < 2 && asProblem(error).status === 0,
        retryDelay: 800,
      },
    },
  })
}
