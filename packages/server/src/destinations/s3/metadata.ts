import type { ObjectLabels } from '@datahub/core/destination/destination'

/** Every label by the name that it has in the metadata of an object. */
const NAMES = {
  instance: 'datahub-instance',
  sha256: 'datahub-sha256',
  request: 'datahub-request',
  upload: 'datahub-upload',
} as const satisfies Record<keyof ObjectLabels, string>

const LABELS = Object.keys(NAMES) as (keyof ObjectLabels)[]

/** The metadata that goes with an object. */
export function metadataOf(labels: Partial<ObjectLabels>): Record<string, string> {
  return Object.fromEntries(LABELS.flatMap((label) => (labels[label] ? [[NAMES[label], labels[label]]] : [])))
}

/** What browsers and loaders should take the object for. */
export function contentTypeOf(key: string): string {
  if (key.endsWith('.zip')) return 'application/zip'
  if (key.endsWith('.json')) return 'application/json'
  return key.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'text/plain; charset=utf-8'
}

/** The labels in the metadata of an object, where the store has kept it. */
export function labelsIn(metadata: Record<string, string> | undefined): Partial<ObjectLabels> {
  return Object.fromEntries(
    LABELS.flatMap((label) => (metadata?.[NAMES[label]] ? [[label, metadata[NAMES[label]]]] : [])),
  )
}
