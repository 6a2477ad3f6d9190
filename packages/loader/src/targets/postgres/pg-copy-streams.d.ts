declare module 'pg-copy-streams' {
  import type { Writable, WritableOptions } from 'node:stream'
  import type { Submittable } from 'pg'

  /** A query that is written to; `rowCount` is known when it has finished. */
  export function from(text: string, options?: WritableOptions): Writable & Submittable & { readonly rowCount: number }
}
