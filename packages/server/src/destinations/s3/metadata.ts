import type { ObjectLabels } from '@datahub/core/destination/destination'

/** The metadata that goes with an object. */
export function metadataOf(labels: ObjectLabels): Record<string, string> {
  return {
    'datahub-instance': labels.instance,
    'datahub-sha256': labels.sha256,
    ...(labels.request === undefined ? {} : { 'datahub-request': labels.request }),
  }
}

/** What browsers and loaders should take the object for. */
export function contentTypeOf(key: string): string {
  if (key.endsWith('.zip')) return 'application/zip'
  if (key.endsWith('.json')) return 'application/json'
  return key.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'text/plain; charset=utf-8'
}

/** The labels in the metadata of an object, where the store has kept it. */
export function labelsIn(metadata: Record<string, string> | undefined): Partial<ObjectLabels> {
  const { 'datahub-instance': instance, 'datahub-sha256': sha256, 'datahub-request': request } = metadata ?? {}
  return { ...(instance ? { instance } : {}), ...(sha256 ? { sha256 } : {}), ...(request ? { request } : {}) }
}
