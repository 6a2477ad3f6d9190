import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FaultyProxy, type NetworkFault } from './faulty-proxy.ts'

let echo: Server
let proxy: FaultyProxy

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket))
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  proxy = await FaultyProxy.to({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port })
})

afterEach(async () => {
  await proxy[Symbol.asyncDispose]()
  echo.close()
})

/** Sends and waits for the answer; 'broken' when the connection ends, 'silence' when nothing comes for so long. */
async function ask(bytes: Buffer, patienceMs: number): Promise<number | 'broken' | 'silence'> {
  const socket = connect(proxy.port, '127.0.0.1')
  const startedAt = performance.now()
  try {
    return await new Promise((resolve) => {
      let seen = 0
      socket.on('error', () => resolve('broken')).on('close', () => resolve('broken'))
      socket.on('data', (piece: Buffer) => {
        seen += piece.length
        if (seen === bytes.length) resolve(performance.now() - startedAt)
      })
      setTimeout(() => resolve('silence'), patienceMs).unref()
      socket.write(bytes)
    })
  } finally {
    socket.destroy()
  }
}

test.each<[NetworkFault, 'broken' | 'silence']>([
  [{ kind: 'cut' }, 'broken'],
  [{ kind: 'reset', afterBytes: 2 }, 'broken'],
  [{ kind: 'half open', swallow: 'to client' }, 'silence'],
  [{ kind: 'half open', swallow: 'to server' }, 'silence'],
])('%j ends in %s, and is over when it is taken back', async (fault, outcome) => {
  proxy.set(fault)
  expect(await ask(Buffer.from('hello'), 300)).toBe(outcome)
  proxy.set({ kind: 'none' })
  expect(await ask(Buffer.from('hello'), 5000)).toBeTypeOf('number')
})

test('latency and bandwidth take the time that they take', async () => {
  proxy.set({ kind: 'latency', ms: 60 })
  expect(await ask(Buffer.from('hello'), 5000)).toBeGreaterThan(110)
  proxy.set({ kind: 'bandwidth', bytesPerSecond: 100_000 })
  expect(await ask(Buffer.alloc(20_000), 20_000)).toBeGreaterThan(300)
})
