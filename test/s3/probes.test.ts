import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBucket, type TestBucket } from '../parts/bucket.ts'
import { answerTo, PROBES } from './probes.ts'
import { startStrictStore } from './strict-store.ts'

/** Where Ceph 16 is not like Amazon, and what follows from it for what its tests can show. */
const CEPH_DIFFERS: Readonly<Record<string, { readonly answer: string; readonly why: string }>> = {
  'put if this version, and it is': {
    answer: '412 PreconditionFailed',
    why: 'It compares with the ETag without quotes; the hub notices and leaves them out.',
  },
  'put if a version, of a key that is missing': {
    answer: '412 PreconditionFailed',
    why: 'For the hub both are a lost race.',
  },
  'a wrong checksum': { answer: '200', why: 'It takes the header and does not look at it.' },
  'parts joined if absent, and it is not': {
    answer: '200',
    why: 'It joins whatever the condition says; the connection test finds out, and the hub looks before and after.',
  },
  'parts joined of an upload that is not there': {
    answer: '500 InternalError',
    why: 'NoSuchUpload has to be shown by the strict store.',
  },
  'an abort by who began it': {
    answer: '403 AccessDenied',
    why: 'Amazon lets who began an upload abort it; here it is denied, as a VPC endpoint policy may do.',
  },
  'another region': { answer: '200', why: 'It takes any; the right region can be offered by the strict store only.' },
}

describe('the strict store answers like Amazon', () => {
  let store: Awaited<ReturnType<typeof startStrictStore>>
  beforeAll(async () => {
    store = await startStrictStore()
  })
  afterAll(() => store[Symbol.asyncDispose]())

  test.each(Object.entries(PROBES))('%s', async (_name, probe) => {
    const { bucket, region } = store.rules
    const keys = { accessKeyId: 'AKIAOURS', secretAccessKey: 'ours' }
    expect(await answerTo(probe, { endpoint: store.endpoint, bucket, region, ...keys })).toBe(probe.amazon)
  })
})

describe('Ceph answers like Amazon, but for what is written down', () => {
  let bucket: TestBucket
  beforeAll(async () => {
    bucket = await createBucket()
  })
  afterAll(() => bucket[Symbol.asyncDispose]())

  test.each(Object.entries(PROBES))('%s', async (name, probe) => {
    const { endpoint, region, user } = bucket
    const { accessKeyId, secretAccessKey } = user
    const answer = await answerTo(probe, { endpoint, region, bucket: bucket.name, accessKeyId, secretAccessKey })
    expect(answer).toBe(CEPH_DIFFERS[name]?.answer ?? probe.amazon)
  })
})
