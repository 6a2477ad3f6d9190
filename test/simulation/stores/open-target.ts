import type * as real from '../../../packages/loader/src/targets/open-target.ts'
import { loaderAt } from '../receiver.ts'

export const openTarget: typeof real.openTarget = (url) => Promise.resolve(loaderAt(url).target)
