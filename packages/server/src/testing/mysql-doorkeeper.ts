import { createHash, constants, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'

const CONNECT_WITH_DB = 0x8
const PROTOCOL_41 = 0x200
const SSL = 0x800
const SECURE_CONNECTION = 0x8000
const PLUGIN_AUTH = 0x80000
const CONNECT_ATTRS = 0x100000
const LENGTHS_ENCODED = 0x200000
const PLUGIN = 'caching_sha2_password\0'

export interface DoorkeeperOptions {
  /** The server behind it, which lets `tester` in without a password. */
  readonly backend: { readonly host: string; readonly port: number }
  readonly password: string
  /** Whether it remembers the user; otherwise it wants to see the password itself, as MySQL does the first time. */
  readonly remembers: boolean
  readonly tls?: { readonly key: string; readonly cert: string }
}

/**
 * Signs users in as MySQL 8.4 does by default, `caching_sha2_password`, and leads them to the MariaDB behind it: a double
 * of MySQL's way of signing in and of nothing else, written after MySQL's documentation of its protocol.
 */
export class MysqlDoorkeeper implements AsyncDisposable {
  /** How users were let in. */
  readonly admitted: ('by token' | 'by the password over TLS' | 'by the password, encrypted')[] = []
  /** All that came without TLS before somebody was let in. */
  readonly heard: Buffer[] = []
  readonly #options: DoorkeeperOptions
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((socket) => {
    this.#sockets.add(socket.on('error', () => {}))
    this.#welcome(socket).catch(() => socket.destroy())
  })

  private constructor(options: DoorkeeperOptions) {
    this.#options = options
  }

  static async start(options: DoorkeeperOptions): Promise<MysqlDoorkeeper> {
    const doorkeeper = new MysqlDoorkeeper(options)
    await once(doorkeeper.#server.listen(0, '127.0.0.1'), 'listening')
    return doorkeeper
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #welcome(socket: Socket): Promise<void> {
    const { backend, tls } = this.#options
    const behind = connect(backend.port, backend.host).on('error', () => {})
    this.#sockets.add(behind)
    socket.on('close', () => behind.destroy())
    behind.on('close', () => socket.destroy())
    const offered = flagsOf((await readPacket(behind)).payload)
    const scramble = Buffer.from(randomBytes(20).map((byte) => (byte % 90) + 33))
    socket.write(packet(0, greeting((offered & ~SSL) | (tls ? SSL : 0), scramble)))

    let stream: Duplex = socket
    let answer = await this.#hear(socket)
    if (tls && (answer.payload.readUInt32LE(0) & SSL) !== 0) {
      stream = new TLSSocket(socket, { isServer: true, ...tls }).on('error', () => {})
      answer = await readPacket(stream)
    }
    const client = readResponse(answer.payload)
    const verdict = await this.#identify(stream, answer.sequence, scramble)
    if (!verdict.right) {
      const said = Buffer.concat([Buffer.from([0xff, 0x15, 0x04]), Buffer.from('#28000Access denied')])
      stream.end(packet(verdict.sequence + 1, said))
      return
    }
    behind.write(packet(1, response(client)))
    stream.write(packet(verdict.sequence + 1, (await readPacket(behind)).payload))
    stream.pipe(behind)
    behind.pipe(stream)
  }

  /** `caching_sha2_password`, from the request to switch to it on. */
  async #identify(stream: Duplex, last: number, scramble: Buffer): Promise<{ right: boolean; sequence: number }> {
    const { password, remembers } = this.#options
    const hear = () => (stream instanceof TLSSocket ? readPacket(stream) : this.#hear(stream))
    const ask = async (payload: Buffer, sequence: number) => {
      stream.write(packet(sequence + 1, payload))
      return hear()
    }
    const change = Buffer.concat([Buffer.from([0xfe]), Buffer.from(PLUGIN), scramble, Buffer.from([0])])
    const token = await ask(change, last)
    if (remembers) {
      const right = token.payload.equals(tokenOf(password, scramble))
      if (!right) return { right, sequence: token.sequence }
      this.admitted.push('by token')
      stream.write(packet(token.sequence + 1, Buffer.from([1, 3])))
      return { right, sequence: token.sequence + 1 }
    }
    const full = await ask(Buffer.from([1, 4]), token.sequence)
    if (stream instanceof TLSSocket) {
      return this.#judge('by the password over TLS', full.payload, full.sequence)
    }
    const pem = this.#keys.publicKey.export({ type: 'spki', format: 'pem' })
    const sealed = await ask(Buffer.concat([Buffer.from([1]), Buffer.from(pem)]), full.sequence)
    const padding = { key: this.#keys.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
    const opened = xor(privateDecrypt(padding, sealed.payload), scramble)
    return this.#judge('by the password, encrypted', opened, sealed.sequence)
  }

  #judge(how: (typeof this.admitted)[number], given: Buffer, sequence: number) {
    const right = given.equals(Buffer.from(`${this.#options.password}\0`))
    if (right) this.admitted.push(how)
    return { right, sequence }
  }

  async #hear(stream: Duplex) {
    const heard = await readPacket(stream)
    this.heard.push(heard.payload)
    return heard
  }
}

function tokenOf(password: string, scramble: Buffer): Buffer {
  const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  const once = sha256(Buffer.from(password))
  return xor(once, sha256(sha256(once), scramble))
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, index) => byte ^ (other[index % other.length] ?? 0)))
}

function packet(sequence: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUIntLE(payload.length, 0, 3)
  head[3] = sequence & 0xff
  return Buffer.concat([head, payload])
}

async function readPacket(stream: Duplex): Promise<{ sequence: number; payload: Buffer }> {
  const head = await readBytes(stream, 4)
  return { sequence: head[3] ?? 0, payload: await readBytes(stream, head.readUIntLE(0, 3)) }
}

async function readBytes(stream: Duplex, length: number): Promise<Buffer> {
  for (;;) {
    const bytes = stream.read(length) as Buffer | null
    if (bytes) return bytes
    if (stream.destroyed || stream.readableEnded) throw new Error('the connection has ended')
    await once(stream, 'readable')
  }
}

/** What a server's greeting offers. */
function flagsOf(greeting: Buffer): number {
  const behindVersion = greeting.indexOf(0, 1) + 1
  return greeting.readUInt16LE(behindVersion + 13) | (greeting.readUInt16LE(behindVersion + 18) << 16)
}

function greeting(flags: number, scramble: Buffer): Buffer {
  const offered = (flags | PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH) >>> 0
  const fixed = Buffer.alloc(18)
  fixed.writeUInt16LE(offered & 0xffff, 0)
  fixed[2] = 255
  fixed.writeUInt16LE(2, 3)
  fixed.writeUInt16LE(offered >>> 16, 5)
  fixed[7] = 21
  return Buffer.concat([
    Buffer.from('\x0a8.4.3\0'),
    Buffer.from([7, 0, 0, 0]),
    scramble.subarray(0, 8),
    Buffer.from([0]),
    fixed,
    scramble.subarray(8),
    Buffer.from([0]),
    Buffer.from(PLUGIN),
  ])
}

interface Client {
  readonly flags: number
  readonly database: string | undefined
}

function readResponse(payload: Buffer): Client {
  const flags = payload.readUInt32LE(0)
  const behindUser = payload.indexOf(0, 32) + 1
  const behindToken = behindUser + 1 + (payload[behindUser] ?? 0)
  if ((flags & CONNECT_WITH_DB) === 0) return { flags, database: undefined }
  return { flags, database: payload.toString('utf8', behindToken, payload.indexOf(0, behindToken)) }
}

/** The client's, as somebody without a password. */
function response({ flags, database }: Client): Buffer {
  const fixed = Buffer.alloc(32)
  fixed.writeUInt32LE(((flags & ~(SSL | CONNECT_ATTRS | LENGTHS_ENCODED)) | SECURE_CONNECTION | PLUGIN_AUTH) >>> 0, 0)
  fixed.writeUInt32LE(0x1000000, 4)
  fixed[8] = 45
  const named = database === undefined ? '' : `${database}\0`
  return Buffer.concat([fixed, Buffer.from(`tester\0\0${named}mysql_native_password\0`)])
}
