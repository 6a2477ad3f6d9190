import type { Destination } from '@datahub/core/destination/destination'

/** A destination that nobody uses stays open for so long: the next delivery finds its connections warm. */
const IDLE_MS = 30_000

interface Shared {
  readonly version: string
  readonly destination: Destination
  users: number
  idle: NodeJS.Timeout | undefined
}

/**
 * Keeps destinations open between deliveries. Opening one costs a client, a connection with its TLS handshake, and with a
 * role a new session; a small delivery with its log writes would pay for that four times.
 */
export class SharedDestinations {
  readonly #shared = new Map<number, Shared>()

  /**
   * The destination that is open already, or one that `open` opens. `version` names the settings: with other ones it is
   * opened anew, and who still uses the old one goes on with it. `close` of what is answered only lets go.
   */
  share(id: number, version: string, open: () => Destination): Destination {
    let shared = this.#shared.get(id)
    if (shared?.version !== version) {
      if (shared?.users === 0) void this.#end(id, shared)
      shared = { version, destination: open(), users: 0, idle: undefined }
      this.#shared.set(id, shared)
    }
    return this.#lend(id, shared)
  }

  /** Closes what nobody uses; what is in use is closed by its last user. */
  async close(): Promise<void> {
    const idle = [...this.#shared].filter(([, { users }]) => users === 0)
    await Promise.all(idle.map(([id, shared]) => this.#end(id, shared)))
    this.#shared.clear()
  }

  #lend(id: number, shared: Shared): Destination {
    shared.users += 1
    clearTimeout(shared.idle)
    let returned = false
    const close = async () => {
      if (returned) return
      returned = true
      shared.users -= 1
      if (shared.users > 0) return
      if (this.#shared.get(id) !== shared) return await shared.destination.close()
      shared.idle = setTimeout(() => void this.#end(id, shared), IDLE_MS).unref()
    }
    return Object.assign(Object.create(shared.destination) as Destination, { close })
  }

  async #end(id: number, shared: Shared): Promise<void> {
    clearTimeout(shared.idle)
    if (this.#shared.get(id) === shared) this.#shared.delete(id)
    await shared.destination.close()
  }
}
