import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Bytes on their way through the proxy. */
export interface Passing {
  readonly to: 'server' | 'client'
  /** Which connection: 1 is the first. */
  readonly connection: number
  readonly bytes: Buffer
  /** How many have gone the same way before these, on all connections. */
  readonly passedBytes: number
}

/**
 * A TCP proxy that stops the world at a moment of the test's choice: how a test kills a process in the middle of a
 * download, or between a request and its answer, without guessing how long anything takes.
 */
export class HoldingProxy implements AsyncDisposable {
  readonly port: number
  readonly #server: ReturnType<typeof createServer>
  readonly #sockets = new Set<Socket>()
  readonly #passedBytes = { server: 0, client: 0 }
  #hold: Hold | undefined

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
  }

  /** Listens on a free port of 127.0.0.1. */
  static async to(target: { host: string; port: number }): Promise<HoldingProxy> {
    const server = createServer({ allowHalfOpen: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const proxy = new HoldingProxy(server)
    let connection = 0
    server.on('connection', (client) => {
      connection += 1
      const upstream = connect({ ...target, allowHalfOpen: true })
      proxy.#pass({ to: 'server', connection }, client, upstream)
      proxy.#pass({ to: 'client', connection }, upstream, client)
    })
    return proxy
  }

  /**
   * From the first bytes on for which `when` holds nothing passes any more, those bytes included, in either direction.
   * Resolves at that moment.
   */
  hold(when: (passing: Passing) => boolean): Promise<void> {
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    this.#hold = {
      when,
      isReached: false,
      reached: reached.resolve,
      released: released.promise,
      release: released.resolve,
    }
    return reached.promise
  }

  /** Lets everything pass from now on, what was held first. */
  release(): void {
    this.#hold?.release()
    this.#hold = undefined
  }

  /** Ends all connections and forgets what was held, as when one end has died; new connections pass. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #pass(way: Pick<Passing, 'to' | 'connection'>, from: Socket, into: Socket): void {
    this.#sockets.add(from)
    from.on('error', () => {}) // `close` follows, and tells the other end.
    from.on('close', () => {
      this.#sockets.delete(from)
      into.destroy()
    })
    from.on('end', () => into.end())
    from.on('data', (bytes: Buffer) => {
      const forward = () => {
        this.#passedBytes[way.to] += bytes.length
        if (into.writable && !into.write(bytes)) {
          from.pause()
          into.once('drain', () => from.resume())
        }
      }
      const hold = this.#holdOf({ ...way, bytes, passedBytes: this.#passedBytes[way.to] })
      if (!hold) return forward()
      from.pause()
      const goOn = async () => {
        await hold.released
        from.resume()
        forward()
      }
      void goOn()
    })
  }

  #holdOf(passing: Passing): Hold | undefined {
    const hold = this.#hold
    if (!hold) return undefined
    if (!hold.isReached && hold.when(passing)) {
      hold.isReached = true
      hold.reached()
    }
    return hold.isReached ? hold : undefined
  }
}

interface Hold {
  readonly when: (passing: Passing) => boolean
  isReached: boolean
  readonly reached: () => void
  readonly released: Promise<void>
  readonly release: () => void
}
