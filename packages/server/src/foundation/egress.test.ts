import type { lookup as resolveByName } from 'node:dns'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { connectGuarded, guardedSocket, openEgress, type EgressPurpose } from './egress.ts'

const closed = openEgress([])

function verdict(host: string, purpose: EgressPurpose, policy = closed): 'passes' | 'blocked' {
  try {
    policy.admitHost(host, purpose)
    return 'passes'
  } catch (error) {
    expect(error).toMatchObject({ code: 'destination.egress_blocked' })
    return 'blocked'
  }
}

describe('literal addresses', () => {
  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '[::1]',
    '::1',
    '0:0:0:0:0:0:0:1',
    'localhost',
    'LOCALHOST.',
    'api.localhost',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '::ffff:127.0.0.1',
    '[::ffff:7f00:1]',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ])('%s is this machine: no endpoint, but a database may be there', (host) => {
    expect(verdict(host, 'endpoint')).toBe('blocked')
    expect(verdict(host, 'database')).toBe('passes')
  })

  test.each([
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    'fd00:ec2::254',
    '[fd00:ec2::254]',
    'fd20:ce::254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fe80::1',
    'fe80::1%eth0',
    '0.0.0.0',
    '0',
    '0.1.2.3',
    '::',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
    '240.0.0.1',
  ])('%s is for nobody', (host) => {
    expect(verdict(host, 'endpoint')).toBe('blocked')
    expect(verdict(host, 'database')).toBe('blocked')
  })

  test.each([
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    'fc00::1',
    'fd12:3456::1',
    '1.1.1.1',
    '2606:4700::1',
  ])('%s is a host like any other', (host) => {
    expect(verdict(host, 'endpoint')).toBe('passes')
    expect(verdict(host, 'database')).toBe('passes')
  })

  test.each(['', '/var/run/postgresql', 'a b', 'host:80', 'user@host', 'host/path', '256.1.1.1', '1.2.3.4.5'])(
    '%j is no host at all',
    (host) => expect(verdict(host, 'database')).toBe('blocked'),
  )

  test('names pass, because they are judged when they are resolved', () => {
    expect(verdict('s3.us-east-1.amazonaws.com', 'endpoint')).toBe('passes')
  })
})

describe('the allowed CIDRs of the operator', () => {
  test('open what is in them and nothing beside it', () => {
    const policy = openEgress(['127.0.0.0/30', '::1', 'fd00:ec2::/64'])
    expect(verdict('127.0.0.1', 'endpoint', policy)).toBe('passes')
    expect(verdict('localhost', 'endpoint', policy)).toBe('passes')
    expect(verdict('::ffff:127.0.0.2', 'endpoint', policy)).toBe('passes')
    expect(verdict('::1', 'endpoint', policy)).toBe('passes')
    expect(verdict('fd00:ec2::254', 'endpoint', policy)).toBe('passes')
    expect(verdict('127.0.0.5', 'endpoint', policy)).toBe('blocked')
    expect(verdict('169.254.169.254', 'endpoint', policy)).toBe('blocked')
  })

  test.each(['127.0.0.1/33', 'localhost', '10.0.0.0/8/8', '10.0.0.0/', '', '::/129', '1.2.3'])(
    '%j is refused by name',
    (entry) => {
      expect(() => openEgress(['10.0.0.0/8', entry])).toThrow(
        expect.objectContaining({
          code: 'hub.config',
          fields: [expect.objectContaining({ field: 'DATAHUB_EGRESS_ALLOW[1]' })],
        }) as Error,
      )
    },
  )
})

describe('connecting', () => {
  let listener: Server | undefined
  let connections = 0
  afterEach(() => new Promise<void>((done) => (listener ? listener.close(() => done()) : done())))

  async function listen(): Promise<number> {
    connections = 0
    listener = createServer((socket) => {
      connections += 1
      socket.on('error', () => undefined).destroy()
    })
    await once(listener.listen(0, '127.0.0.1'), 'listening')
    return (listener.address() as AddressInfo).port
  }

  test('R35: no spelling of this machine is reached as an endpoint, literal or resolved', async () => {
    const port = await listen()
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '::ffff:127.0.0.1', 'localhost']) {
      const attempt = connectGuarded(closed, host, port, 'endpoint', AbortSignal.timeout(5000))
      await expect(attempt, host).rejects.toMatchObject({ code: 'destination.egress_blocked' })
    }
    expect(connections).toBe(0)
  })

  test('a name that resolves to this machine is blocked in the lookup itself', async () => {
    const answer = await new Promise<[Error | null, unknown]>((done) =>
      closed.lookup('endpoint')('localhost', { all: true }, (error, address) => done([error, address])),
    )
    expect(answer[0]).toMatchObject({ code: 'destination.egress_blocked' })
  })

  test('R35: a name that is rebound between two lookups is judged each time, by the very addresses that are connected to', async () => {
    const port = await listen()
    const addresses = ['127.0.0.2', '127.0.0.1']
    let asked = 0
    const rebinding = ((_host: string, _options: object, answer: (error: null, found: object[]) => void) =>
      answer(null, [{ address: addresses[asked++ % 2], family: 4 }])) as unknown as typeof resolveByName
    const policy = openEgress(['127.0.0.2'], 'destination', rebinding)
    const attempt = () => connectGuarded(policy, 'rebound.example', port, 'endpoint', AbortSignal.timeout(5000))
    for (const round of [1, 2, 3]) {
      await expect(attempt(), `${round}: allowed, where nothing listens`).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      })
      await expect(attempt(), `${round}: rebound`).rejects.toMatchObject({ code: 'destination.egress_blocked' })
    }
    expect([asked, connections], 'one lookup for one connection').toEqual([6, 0])
  })

  test('a name of which only some addresses are allowed is reached at those', async () => {
    const port = await listen()
    const both = ((_host: string, _options: object, answer: (error: null, found: object[]) => void) =>
      answer(
        null,
        ['169.254.169.254', '127.0.0.1'].map((address) => ({ address, family: 4 })),
      )) as unknown as typeof resolveByName
    const policy = openEgress(['127.0.0.1'], 'destination', both)
    const socket = await connectGuarded(policy, 'both.example', port, 'endpoint', AbortSignal.timeout(5000))
    expect(socket.remoteAddress).toBe('127.0.0.1')
    socket.destroy()
  })

  test('a blocked address is an error of the side that names it', async () => {
    for (const side of ['source', 'destination'] as const) {
      const policy = openEgress([], side)
      expect(() => policy.admitHost('169.254.169.254', 'database')).toThrow(
        expect.objectContaining({ code: `${side}.egress_blocked` }) as Error,
      )
      const attempt = connectGuarded(policy, '169.254.169.254', 5432, 'database', AbortSignal.timeout(5000))
      await expect(attempt).rejects.toMatchObject({ code: `${side}.egress_blocked` })
    }
  })

  test('both shapes of lookup answer with allowed addresses', async () => {
    const lookup = closed.lookup('database')
    const all = await new Promise((done) => lookup('127.0.0.1', { all: true }, (_, addresses) => done(addresses)))
    const one = await new Promise((done) => lookup('127.0.0.1', {}, (_, address, family) => done([address, family])))
    expect(all).toEqual([{ address: '127.0.0.1', family: 4 }])
    expect(one).toEqual(['127.0.0.1', 4])
  })

  test('a database on this machine is reached, by address and by name', async () => {
    const port = await listen()
    for (const host of ['127.0.0.1', 'localhost']) {
      const socket = await connectGuarded(closed, host, port, 'database', AbortSignal.timeout(5000))
      socket.destroy()
    }
    expect(connections).toBe(2)
  })

  test('a socket handed to a driver refuses a unix socket path and a blocked address with an error event', async () => {
    for (const host of ['/var/run/postgresql', '169.254.169.254']) {
      const socket = guardedSocket(closed, 'database')
      socket.connect(5432, host)
      const [error] = (await once(socket, 'error')) as [Error]
      expect(error).toMatchObject({ code: 'destination.egress_blocked' })
    }
  })

  test('an aborted signal ends the attempt with its reason', async () => {
    const reason = new Error('stopped')
    const early = connectGuarded(closed, '10.255.255.1', 9, 'database', AbortSignal.abort(reason))
    await expect(early).rejects.toBe(reason)
    const stop = new AbortController()
    const late = connectGuarded(closed, '10.255.255.1', 9, 'database', stop.signal)
    stop.abort(reason)
    await expect(late).rejects.toBe(reason)
  })
})
