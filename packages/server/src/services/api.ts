import { DataHubError } from '@datahub/core/error/data-hub-error'
import { createAdaptorServer } from '@hono/node-server'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Service } from './loop.ts'

/** The HTTP server. `address` tells where it listens once it has started: the port may be 0, any free one. */
export function apiService(
  app: { fetch: Parameters<typeof createAdaptorServer>[0]['fetch'] },
  host: string,
  port: number,
): Service & { address(): { host: string; port: number } } {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  return {
    name: 'api',
    async start() {
      server.listen(port, host)
      try {
        await once(server, 'listening')
      } catch (error) {
        const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        const hint = taken
          ? `Another program listens there; choose another port with DATAHUB_PORT or --port.`
          : 'Check DATAHUB_HOST and DATAHUB_PORT.'
        throw new DataHubError('hub.config', `listen on ${host}:${port}`, { hint })
      }
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      // Streams that are still open end with the process; nobody waits for them
      setTimeout(() => server.closeAllConnections(), 1000).unref()
      await closed
    },
    address() {
      return { host, port: (server.address() as AddressInfo).port }
    },
  }
}
