import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What the network does to connections, while it does it. */
export type NetworkFault =
  | { readonly kind: 'none' }
  /** Every piece is late by this much. */
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  /** Connections are reset now, and new ones after so many bytes. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** Nobody gets through, and those who were are cut off. */
  | { readonly kind: 'cut' }
  /** Connections stay, and nothing passes any more in one direction. */
  | { readonly kind: 'half open'; readonly swallow: 'to server' | 'to client' }

/** A TCP proxy between two programs that are real, over a network that is not to be relied on. */
export class FaultyProxy implements AsyncDisposable {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #fault: NetworkFault = { kind: 'none' }

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
  }

  /** Listens on a free port of 127.0.0.1. */
  static async to(target: { host: string; port: number }): Promise<FaultyProxy> {
    const server = createServer({ allowHalfOpen: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const proxy = new FaultyProxy(server)
    server.on('connection', (client) => {
      if (proxy.#fault.kind === 'cut') {
        client.resetAndDestroy()
        return
      }
      const upstream = connect({ ...target, allowHalfOpen: true })
      proxy.#pass(client, upstream, 'to server')
      proxy.#pass(upstream, client, 'to client')
    })
    return proxy
  }

  set(fault: NetworkFault): void {
    const before = this.#fault
    this.#fault = fault
    if (fault.kind === 'cut' || fault.kind === 'reset') this.#resetAll()
    // Whoever waited for what was swallowed finds out only now, as when a firewall has forgotten a connection
    if (before.kind === 'half open' && fault.kind === 'none') this.#resetAll()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#resetAll()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  #pass(from: Socket, into: Socket, direction: 'to server' | 'to client'): void {
    let passed = 0
    this.#sockets.add(from)
    from.on('error', () => undefined) // `close` follows, and tells the other end
    from.on('close', () => {
      this.#sockets.delete(from)
      into.destroy()
    })
    from.on('end', () => into.end())
    from.on('data', (bytes: Buffer) => {
      const fault = this.#fault
      if (fault.kind === 'half open' && fault.swallow === direction) return
      passed += bytes.length
      if (fault.kind === 'reset' && passed > fault.afterBytes) return from.resetAndDestroy()
      const forward = () => {
        if (into.writable && !into.write(bytes)) {
          from.pause()
          into.once('drain', () => from.resume())
        }
      }
      const delayMs =
        fault.kind === 'latency'
          ? fault.ms
          : fault.kind === 'bandwidth'
            ? (bytes.length / fault.bytesPerSecond) * 1000
            : 0
      if (delayMs === 0) return forward()
      from.pause()
      setTimeout(() => {
        from.resume()
        forward()
      }, delayMs)
    })
  }
}
