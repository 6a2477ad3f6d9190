import type { CheckStep } from '@datahub/core/check/check-step'
import type { Destination, Got, ObjectLabels } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { sha256Of, wholeOf } from '../sealed.ts'

export interface MemoryObject {
  readonly bytes: Buffer
  readonly labels: ObjectLabels
  readonly version: string
}

/** A destination without a disk, for tests and simulations; whoever holds the map sees what a customer would see. */
export function openMemory(objects: Map<string, MemoryObject> = new Map()): Destination {
  let writes = 0

  function store(key: string, bytes: Buffer, labels: ObjectLabels): MemoryObject {
    const object = { bytes: Buffer.from(bytes), labels, version: `${++writes}-${labels.sha256}` }
    objects.set(key, object)
    return object
  }

  return {
    kind: 'memory',
    prefix: '',

    async putNew(key, body, labels, signal, stillMine) {
      signal.throwIfAborted()
      const bytes = await wholeOf(body, labels)
      await stillMine?.()
      signal.throwIfAborted()
      const there = objects.get(key)
      if (there === undefined) return { version: store(key, bytes, labels).version }
      if (isSame(there, labels)) return { version: there.version }
      throw new DataHubError('destination.name_taken', `store ${key}`)
    },

    async putVersion(key, body, labels, ifVersion, signal) {
      signal.throwIfAborted()
      const there = objects.get(key)
      if ((there?.version ?? null) === ifVersion) return { version: store(key, body, labels).version }
      if (there && isSame(there, labels)) return { version: there.version }
      throw new DataHubError('destination.lost_race', `replace ${key}`)
    },

    async get(key, signal): Promise<Got> {
      signal.throwIfAborted()
      const object = objects.get(key)
      return object ? { body: Buffer.from(object.bytes), labels: object.labels, version: object.version } : 'absent'
    },

    async has(key, content, signal) {
      signal.throwIfAborted()
      const object = objects.get(key)
      return (
        object !== undefined && object.bytes.length === content.sizeBytes && sha256Of(object.bytes) === content.sha256
      )
    },

    async *check(): AsyncIterable<CheckStep> {
      yield {
        name: 'write',
        title: 'Write a test object',
        verdict: 'passed',
        message: 'Memory can be written.',
        durationMs: 0,
      }
    },

    close: () => Promise.resolve(),
  }
}

function isSame(there: MemoryObject, labels: ObjectLabels): boolean {
  const { instance, sha256, request } = there.labels
  return (
    sha256Of(there.bytes) === labels.sha256 &&
    sha256 === labels.sha256 &&
    instance === labels.instance &&
    request === labels.request
  )
}
