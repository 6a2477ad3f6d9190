import type { Destination } from '@datahub/core/destination/destination'
import type { DestinationKind, DestinationWorld } from '../kind.ts'
import { openBucket } from './bucket.ts'
import { checkBucket } from './check.ts'
import { PATIENCE, type Patience } from './client.ts'
import { holds, look, read } from './object.ts'
import { putNew } from './put-new.ts'
import { putVersion } from './put-version.ts'
import { s3Settings, type S3Settings } from './settings.ts'

export const s3: DestinationKind<S3Settings> = {
  kind: 's3',
  title: 'Amazon S3 or compatible storage',
  configSchema: s3Settings,
  secrets: ['secretAccessKey'],
  admit({ endpoint }, { egress }) {
    if (endpoint !== undefined) egress.admitHost(new URL(endpoint).hostname, 'endpoint')
  },
  open: (settings, world) => openS3(settings, world),
}

/** A bucket as a destination. `patience` is for tests, which have less of it. */
export function openS3(settings: S3Settings, { egress }: DestinationWorld, patience: Patience = PATIENCE): Destination {
  const bucket = openBucket(settings, egress, patience)
  return {
    kind: 's3',
    prefix: settings.prefix,
    putNew: (key, body, labels, signal, stillMine) => putNew(bucket, key, body, labels, signal, stillMine),
    putVersion: (key, body, labels, ifVersion, signal) => putVersion(bucket, key, body, labels, ifVersion, signal),
    get: (key, signal) => read(bucket, key, signal),
    async has(key, content, signal) {
      const there = await look(bucket, key, signal)
      return typeof there === 'object' && (await holds(bucket, key, there, content, signal))
    },
    check: (signal) => checkBucket(settings, egress, signal),
    close: () => Promise.resolve(bucket.client.destroy()),
  }
}
