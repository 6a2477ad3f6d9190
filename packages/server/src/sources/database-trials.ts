import type { DataHubError } from '@datahub/core/error/data-hub-error'
import { connectGuarded, type EgressPolicy } from '../foundation/egress.ts'
import type { Trial } from '../foundation/try-each.ts'
import type { DatabaseConnection } from './database-fields.ts'

/** What a connection test of a database server tries before its reports: a connection, then a sign-in, by `open`. */
export function databaseTrials(
  { host, port, user, database }: DatabaseConnection,
  egress: EgressPolicy,
  explainConnecting: (error: unknown) => DataHubError,
  open: () => Promise<unknown>,
  signal: AbortSignal,
): Trial[] {
  return [
    {
      name: 'reach',
      title: 'Reach the database server',
      needs: [],
      async run() {
        const socket = await connectGuarded(egress, host, port, 'database', signal).catch((error) => {
          throw explainConnecting(error)
        })
        socket.destroy()
        return `${host} answers on port ${port}.`
      },
    },
    {
      name: 'sign_in',
      title: 'Sign in',
      needs: ['reach'],
      async run() {
        await open()
        return `${user} may sign in to ${database}.`
      },
    },
  ]
}
