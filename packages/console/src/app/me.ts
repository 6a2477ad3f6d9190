import type { Operation } from '@datahub/core/access/rights'
import { useQuery } from '@tanstack/react-query'
import { query } from '../api/hub.ts'

/** Who is signed in, and what they may. */
export const meOptions = query.session.me.queryOptions({ staleTime: 30_000, refetchInterval: 60_000 })

export function useMe() {
  return useQuery(meOptions).data
}

/** Answers whether the reader may do something; what they may not is not offered. */
export function useMay(): (operation: Operation) => boolean {
  const rights = useMe()?.rights
  return (operation) => rights?.includes(operation) ?? false
}
