import type { DestinationView } from '@datahub/core/api/destination-shapes'

/** The fields of a destination as a form holds them: texts, empty where nothing is given. */
export interface DestinationValues {
  name: string
  kind: 's3' | 'filesystem'
  bucket: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  prefix: string
  endpoint: string
  pathStyle: boolean
  kmsKeyArn: string
  roleArn: string
  expectedBucketOwner: string
  hasAcl: boolean
  path: string
}

export const emptyDestination: DestinationValues = {
  name: '',
  kind: 's3',
  bucket: '',
  region: '',
  accessKeyId: '',
  secretAccessKey: '',
  prefix: '',
  endpoint: '',
  pathStyle: false,
  kmsKeyArn: '',
  roleArn: '',
  expectedBucketOwner: '',
  hasAcl: false,
  path: '',
}

/** What the API takes. An empty secret is left out: the saved one stays. `kept` holds fields that the form does not show. */
export function toDefinition(values: DestinationValues, kept: Record<string, unknown> = {}) {
  const { name, kind } = values
  if (kind === 'filesystem') return { ...kept, name, kind, path: values.path }
  const given = (field: keyof DestinationValues) => {
    const value = values[field]
    return typeof value === 'string' && value.trim() !== '' ? { [field]: value.trim() } : {}
  }
  return {
    ...kept,
    name: name.trim(),
    kind,
    bucket: values.bucket.trim(),
    region: values.region.trim(),
    accessKeyId: values.accessKeyId.trim(),
    ...given('secretAccessKey'),
    ...given('prefix'),
    ...given('endpoint'),
    ...(values.pathStyle ? { pathStyle: true } : {}),
    ...(values.kmsKeyArn.trim() ? { kmsKeyArn: values.kmsKeyArn.trim(), encryption: 'sse-kms' } : {}),
    ...given('roleArn'),
    ...given('expectedBucketOwner'),
    ...(values.hasAcl ? { acl: 'bucket-owner-full-control' } : {}),
  }
}

const SHOWN = new Set([
  'id',
  'createdAt',
  'updatedAt',
  'capabilities',
  'lastTest',
  'tasks',
  'encryption',
  'acl',
  ...Object.keys(emptyDestination),
])

/** What the form begins with for a saved destination; the secret is never among it. */
export function toValues(view: DestinationView): { values: DestinationValues; kept: Record<string, unknown> } {
  const text = (field: string) => (typeof view[field] === 'string' ? view[field] : '')
  const values: DestinationValues = {
    ...emptyDestination,
    name: view.name,
    kind: view.kind === 'filesystem' ? 'filesystem' : 's3',
    bucket: text('bucket'),
    region: text('region'),
    accessKeyId: text('accessKeyId'),
    prefix: text('prefix'),
    endpoint: text('endpoint'),
    pathStyle: view['pathStyle'] === true,
    kmsKeyArn: text('kmsKeyArn'),
    roleArn: text('roleArn'),
    expectedBucketOwner: text('expectedBucketOwner'),
    hasAcl: view['acl'] === 'bucket-owner-full-control',
    path: text('path'),
  }
  const kept = Object.fromEntries(Object.entries(view).filter(([field]) => !SHOWN.has(field)))
  if (view['encryption'] === 'sse-s3') kept['encryption'] = 'sse-s3'
  return { values, kept }
}
