import type { z } from 'zod'
import type { QueryTemplate } from './query-template.ts'

/** How a database reads the name of a relation, how a name must read, and how a query is taken apart. */
interface Dialect {
  parseName(text: string): object | undefined
  readonly namesRead: string
  readQuery(query: string): QueryTemplate | { problem: string }
}

/** For `superRefine`: a report is a relation or a query, one of them, and well formed. */
export function fromOrQuery({ parseName, namesRead, readQuery }: Dialect) {
  return (
    { from, query }: { readonly from?: string | undefined; readonly query?: string | undefined },
    context: z.core.$RefinementCtx,
  ): void => {
    const problem = (path: 'from' | 'query', message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (from === undefined && query === undefined) problem('from', 'either from or query is needed')
    if (from !== undefined && query !== undefined) problem('query', 'either from or query, not both')
    if (from !== undefined && !parseName(from)) problem('from', namesRead)
    if (query === undefined) return
    const template = readQuery(query)
    if ('problem' in template) problem('query', template.problem)
  }
}
