import { createServer } from 'node:http'
import { once } from 'node:events'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { AddressInfo } from 'node:net'
import type { Logger } from '../foundation/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Service } from './loop.ts'

/** `GET /metrics` on an address of its own, which is not the one that people and customers reach: it asks for no token. */
export function metricsService(
  metrics: Metrics,
  host: string,
  port: number,
  logger: Logger,
): Service & { url(): string } {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Metrics are at /metrics.\n')
      return
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text),
      (error: unknown) => {
        logger.warn({ err: error }, 'metrics')
        response.writeHead(503, { 'Content-Type': 'text/plain' }).end('The database does not answer.\n')
      },
    )
  })
  return {
    name: 'metrics',
    async start() {
      server.listen(port, host)
      await once(server, 'listening').catch(() => {
        const hint = 'Another program listens there, or the address is not of this machine: see DATAHUB_METRICS_PORT.'
        throw new DataHubError('hub.config', `serve metrics on ${host}:${port}`, { hint })
      })
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
    url() {
      const { address, port } = server.address() as AddressInfo
      return `http://${address.includes(':') ? `[${address}]` : address}:${port}/metrics`
    },
  }
}
