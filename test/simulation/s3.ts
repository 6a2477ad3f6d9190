import { hash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Machine, World } from './world.ts'

export interface StoredThing {
  readonly bytes: Buffer
  readonly metadata: Record<string, string>
  readonly etag: string
}

/** How often the storage, or the way to it, fails; each between 0 and 1. */
export interface Weather {
  /** 503 or 500: not carried out. */
  busy: number
  /** The connection breaks before the request arrives. */
  reset: number
  /** Carried out, and the answer is lost. */
  lost: number
  /** 409: somebody else's write at the same moment. */
  conflict: number
}

export const FAIR: Weather = { busy: 0, reset: 0, lost: 0, conflict: 0 }

/** A bucket as its owner sees it, and the store behind it as strict as Amazon: what happens to it is written down. */
export class SimulatedS3 {
  readonly world: World
  readonly objects = new Map<string, StoredThing>()
  /** Begun, and neither joined nor thrown away. */
  readonly uploads = new Map<string, Upload>()
  #begun = 0
  weather: Weather = FAIR
  /** Off: the store takes conditions and does not look at them. */
  hasConditions = true
  /** Off: a missing key is a 403. */
  mayList = false
  /** Called with every part that arrives. */
  onPart: (uploadId: string, key: string) => void = () => undefined
  /** Called after every write that was carried out. */
  onPut: (key: string, before: StoredThing | undefined, after: StoredThing) => void = () => undefined

  constructor(world: World) {
    this.world = world
  }

  /** What the product's code holds as its S3 client on this machine. */
  clientOf(machine: Machine) {
    return {
      config: {},
      destroy: () => undefined,
      send: ({ constructor, input }: Command, { abortSignal }: { abortSignal?: AbortSignal } = {}) =>
        // The caller uses a part's buffer again as soon as it has given the request up, which may arrive all the same
        this.#send(
          machine,
          { constructor, input: input.Body ? { ...input, Body: Buffer.from(input.Body) } : input },
          abortSignal,
          1,
        ),
    }
  }

  async #send(machine: Machine, command: Command, signal: AbortSignal | undefined, tries: number): Promise<unknown> {
    const { random } = this.world
    const { busy, reset, lost, conflict } = this.weather
    const isWrite = ['PutObjectCommand', 'CompleteMultipartUploadCommand'].includes(command.constructor.name)
    try {
      return await raced(
        machine.ask(LATENCY_MS, () => {
          if (random.chance(busy))
            throw fault(random.chance(0.5) ? 'SlowDown' : 'InternalError', random.chance(0.5) ? 503 : 500)
          if (random.chance(reset)) throw broken()
          if (isWrite && random.chance(conflict)) throw fault('ConditionalRequestConflict', 409)
          const answer = this.#carryOut(command)
          if (random.chance(lost)) throw broken()
          return answer
        }),
        signal,
      )
    } catch (error) {
      // As the client of the vendor does: what may pass is sent again, whether it was carried out or not
      if ((error as { isPassing?: boolean }).isPassing && tries < 3 && !signal?.aborted && random.chance(0.5))
        return this.#send(machine, command, signal, tries + 1)
      throw error
    }
  }

  #carryOut({ constructor: { name }, input }: Command): unknown {
    const key = input.Key ?? ''
    const there = this.objects.get(key)
    if (name === 'PutObjectCommand') return this.#put(key, there, input)
    if (name === 'CreateMultipartUploadCommand') {
      const UploadId = `upload-${(this.#begun += 1)}`
      this.uploads.set(UploadId, { key, metadata: { ...input.Metadata }, parts: new Map() })
      return { UploadId }
    }
    if (input.UploadId !== undefined)
      return this.#carryOutPart(name, key, there, { ...input, UploadId: input.UploadId })
    if (!there)
      throw this.mayList
        ? fault(name === 'HeadObjectCommand' ? 'NotFound' : 'NoSuchKey', 404)
        : fault('AccessDenied', 403)
    const { bytes, metadata: Metadata, etag: ETag } = there
    if (name === 'HeadObjectCommand') return { ContentLength: bytes.length, Metadata, ETag }
    if (name === 'GetObjectCommand')
      return { Body: Readable.from([bytes]), ContentLength: bytes.length, Metadata, ETag }
    throw new Error(`the simulation of S3 does not know ${name}: teach it in test/simulation/s3.ts`)
  }

  #carryOutPart(
    name: string,
    key: string,
    there: StoredThing | undefined,
    input: Command['input'] & { UploadId: string },
  ): unknown {
    const upload = this.uploads.get(input.UploadId)
    if (!upload || upload.key !== key) throw fault('NoSuchUpload', 404)
    switch (name) {
      case 'UploadPartCommand': {
        const bytes = input.Body ?? Buffer.alloc(0)
        upload.parts.set(input.PartNumber ?? 0, bytes)
        this.onPart(input.UploadId, key)
        return { ETag: etagOf(bytes) }
      }
      case 'AbortMultipartUploadCommand':
        this.uploads.delete(input.UploadId)
        return {}
      case 'CompleteMultipartUploadCommand': {
        const parts = (input.MultipartUpload?.Parts ?? []).map(({ PartNumber, ETag }) => {
          const bytes = upload.parts.get(PartNumber)
          if (!bytes || etagOf(bytes) !== ETag) throw fault('InvalidPart', 400)
          return bytes
        })
        const { metadata: Metadata } = upload
        const answer = this.#put(key, there, { ...input, Body: Buffer.concat(parts), Metadata }, `-${parts.length}`)
        this.uploads.delete(input.UploadId)
        return answer
      }
      default:
        throw new Error(`the simulation of S3 does not know ${name}: teach it in test/simulation/s3.ts`)
    }
  }

  #put(key: string, there: StoredThing | undefined, input: Command['input'], mark = ''): unknown {
    if (this.hasConditions) {
      if (input.IfNoneMatch === '*' && there) throw fault('PreconditionFailed', 412)
      if (input.IfMatch !== undefined && !there) throw fault('NoSuchKey', 404)
      if (input.IfMatch !== undefined && input.IfMatch !== there?.etag) throw fault('PreconditionFailed', 412)
    }
    const bytes = input.Body ?? Buffer.alloc(0)
    const etag = etagOf(bytes, mark)
    const stored = { bytes, metadata: { ...input.Metadata }, etag }
    this.objects.set(key, stored)
    this.onPut(key, there, stored)
    return { ETag: etag }
  }
}

interface Upload {
  readonly key: string
  readonly metadata: Record<string, string>
  readonly parts: Map<number, Buffer>
}

interface Command {
  readonly constructor: { readonly name: string }
  readonly input: {
    readonly Key?: string
    readonly Body?: Buffer
    readonly Metadata?: Record<string, string>
    readonly UploadId?: string
    readonly PartNumber?: number
    readonly MultipartUpload?: { readonly Parts?: readonly { readonly PartNumber: number; readonly ETag: string }[] }
    readonly IfMatch?: string
    readonly IfNoneMatch?: string
  }
}

const LATENCY_MS = 120

/** What nobody may ever see but the store (I6): the client of the vendor keeps the signed request in its errors. */
export const CANARY = 'CANARY-of-the-simulation'
const $response = { request: { headers: { authorization: `AWS4-HMAC-SHA256 Signature=${CANARY}` } } }

/** An object that was joined has another kind of ETag than one that came whole. */
function etagOf(bytes: Buffer, mark = ''): string {
  return `"${hash('md5', bytes)}${mark}"`
}

function fault(name: string, httpStatusCode: number): Error {
  const isPassing = httpStatusCode >= 500
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode }, $response, isPassing })
}

function broken(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', $response, isPassing: true })
}

/** A request that is given up may be carried out all the same. */
function raced<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason as Error)
    if (signal.aborted) return stop()
    // It is the signal of this request alone, and goes with it
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject)
  })
}
