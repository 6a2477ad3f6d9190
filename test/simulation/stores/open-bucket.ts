import type * as real from '../../../packages/loader/src/bucket/open-bucket.ts'
import { loaderAt } from '../receiver.ts'

export const openBucket: typeof real.openBucket = ({ bucket }) => Promise.resolve(loaderAt(bucket).bucket)
