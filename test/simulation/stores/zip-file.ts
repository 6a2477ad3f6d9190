import { parseCsvName } from '@datahub/core/bucket/names'
import type * as real from '../../../packages/loader/src/package/zip-file.ts'
import type { SimulatedPackage } from './package-writer.ts'

/** Reads what the simulated writer has packed; real zips have tests of their own. */
export const openZip: typeof real.openZip = (content) => {
  const { files } = JSON.parse(content.toString()) as SimulatedPackage
  const entries = files.map(({ fileName, csv }) => {
    const table = parseCsvName(fileName)?.table ?? ''
    return { fileName, table, sizeBytes: Buffer.byteLength(csv), entry: undefined as never }
  })
  return Promise.resolve({
    files: entries,
    async *read({ fileName }) {
      yield Buffer.from(files.find((file) => file.fileName === fileName)?.csv ?? '')
    },
    close: () => Promise.resolve(),
  })
}
