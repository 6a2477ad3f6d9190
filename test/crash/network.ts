import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../simulation/random.ts'
import type { FaultyProxy, NetworkFault } from './faulty-proxy.ts'

/** One link after the other fails for a while, until `signal`; then all of them work. */
export async function breakNetwork(
  links: readonly FaultyProxy[],
  random: Random,
  signal: AbortSignal,
  onFault: () => void,
): Promise<void> {
  const pause = (low: number, high: number) =>
    sleep(random.between(low, high), undefined, { signal }).catch(() => undefined)
  while (!signal.aborted) {
    await pause(500, 6000)
    if (signal.aborted) return
    const link = random.pick(links)
    link.set(someFault(random))
    onFault()
    await pause(200, 5000)
    link.set({ kind: 'none' })
  }
}

function someFault(random: Random): NetworkFault {
  return random.pick<NetworkFault>([
    { kind: 'latency', ms: random.whole(20, 400) },
    { kind: 'bandwidth', bytesPerSecond: random.whole(2000, 200_000) },
    { kind: 'reset', afterBytes: random.whole(0, 50_000) },
    { kind: 'cut' },
    { kind: 'half open', swallow: random.pick(['to server', 'to client'] as const) },
  ])
}
