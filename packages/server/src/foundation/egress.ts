import { lookup as resolveByName } from 'node:dns'
import { isIP, Socket, type BlockList, type LookupFunction } from 'node:net'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { listHas, rangesOf, reachOf } from './egress-ranges.ts'

/** Which addresses the hub may speak to on behalf of a user. */
export interface EgressPolicy {
  /** Throws `egress_blocked` of its side when the literal address in `host` is not allowed; names pass, they are judged when resolved. */
  admitHost(host: string, purpose: EgressPurpose): void
  /** `lookup` for node:net and node:http that only ever answers with allowed addresses. Not called for literal addresses. */
  lookup(purpose: EgressPurpose): LookupFunction
}

/** Databases are often on the same machine or network; endpoints that a user types must not reach it by default. */
export type EgressPurpose = 'endpoint' | 'database'

/** On whose behalf: a blocked address is an error of the source, the destination or the channel of alerts that names it. */
export type EgressSide = 'source' | 'destination' | 'alert'

/**
 * The guard of the operator, for one side. `allowCidrs` are addresses or CIDRs that are allowed whatever they are; an entry that is
 * neither is `hub.config`. Private networks are open: the hub serves one company and stands in its network.
 */
export function openEgress(
  allowCidrs: readonly string[],
  side: EgressSide = 'destination',
  resolve = resolveByName,
): EgressPolicy {
  const allowed = allowList(allowCidrs)
  const blocked = (host: string, address: string) => blockedBy(side, host, address)

  function mayReach(address: string, purpose: EgressPurpose): boolean {
    if (listHas(allowed, address)) return true
    const reach = reachOf(address)
    return reach === 'ordinary' || (reach === 'local' && purpose === 'database')
  }

  return {
    admitHost(host, purpose) {
      const literal = literalIn(host)
      if (literal === 'name') return
      if (literal === 'nonsense' || !mayReach(literal, purpose)) throw blocked(host, literal)
    },

    lookup(purpose) {
      return (host, options, answer) => {
        resolve(host, { ...options, all: true }, (error, addresses) => {
          if (error) return answer(error, '')
          const reachable = addresses.filter((entry) => mayReach(entry.address, purpose))
          const [first] = reachable
          if (!first) return answer(blocked(host, addresses[0]?.address ?? 'nonsense'), '')
          if (options.all) answer(null, reachable)
          else answer(null, first.address, first.family)
        })
      }
    },
  }
}

/**
 * A socket that is not connected yet and whose `connect(port, host)` is guarded, for drivers that connect a socket given
 * to them (`new pg.Client({ stream: () => guardedSocket(egress, 'database') })`). A blocked address is an `error` event.
 */
export function guardedSocket(egress: EgressPolicy, purpose: EgressPurpose, socket = new Socket()): Socket {
  const connect = socket.connect.bind(socket)
  const guarded = (port: number, host: string): Socket => {
    try {
      egress.admitHost(host, purpose)
    } catch (error) {
      return socket.destroy(error as Error)
    }
    return connect({ port, host: unbracketed(host), lookup: egress.lookup(purpose) })
  }
  return Object.assign(socket, { connect: guarded as Socket['connect'] })
}

/** A connected socket, for drivers that take one. Rejects with the socket's error, `egress_blocked`, or the signal's reason. */
export async function connectGuarded(
  egress: EgressPolicy,
  host: string,
  port: number,
  purpose: EgressPurpose,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted()
  return await new Promise((resolved, rejected) => {
    const socket = guardedSocket(egress, purpose)
    const stop = () => socket.destroy(signal.reason as Error)
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', stop)
      act()
    }
    signal.addEventListener('abort', stop, { once: true })
    socket.once('error', (error) => settle(() => rejected(error)))
    socket.once('connect', () => settle(() => resolved(socket)))
    socket.connect(port, host)
  })
}

function allowList(cidrs: readonly string[]): BlockList {
  const problems = cidrs.flatMap((cidr, index) => {
    try {
      rangesOf([cidr])
      return []
    } catch {
      const problem = `${JSON.stringify(cidr)} is neither an address nor a CIDR`
      return [
        { field: `DATAHUB_EGRESS_ALLOW[${index}]`, problem, cure: 'Write it like 10.0.0.0/8, 127.0.0.1 or ::1/128.' },
      ]
    }
  })
  if (problems.length > 0) throw new DataHubError('hub.config', 'read the allowed addresses', { fields: problems })
  return rangesOf(cidrs)
}

/**
 * The address that a host stands for without asking a resolver: plain, in brackets, or in one of the spellings of IPv4
 * that the system understands (`2130706433`, `0x7f.1`, `127.1`). A path of a unix socket is nonsense here.
 */
function literalIn(host: string): string | 'name' | 'nonsense' {
  const plain = unbracketed(host)
  if (isIP(plain)) return plain
  if (!/^[a-z0-9._-]+$/i.test(plain)) return 'nonsense'
  if (!URL.canParse(`http://${plain}/`)) return 'nonsense'
  const name = new URL(`http://${plain}/`).hostname.replace(/\.$/, '')
  if (isIP(name)) return name
  return name === 'localhost' || name.endsWith('.localhost') ? '127.0.0.1' : 'name'
}

function unbracketed(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}

function blockedBy(side: EgressSide, host: string, address: string): DataHubError {
  const code = `${side}.egress_blocked` as const
  const doing = `connect to ${host || 'an empty host'}`
  if (address === 'nonsense') {
    return new DataHubError(code, doing, { hint: 'Enter a host name or an IP address.' })
  }
  const hint = `${address} is an address of this server or of its platform. Ask the operator to add it to DATAHUB_EGRESS_ALLOW.`
  return new DataHubError(code, doing, { hint, facts: { address } })
}
