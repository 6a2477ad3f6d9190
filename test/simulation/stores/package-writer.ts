import { DataHubError } from '@datahub/core/error/data-hub-error'
import { CsvTally } from '@datahub/server/package/csv-tally'
import { scanRows } from '@datahub/server/package/deflate-block'
import { interruptible } from '@datahub/server/package/interruptible'
import type * as real from '@datahub/server/package/package-writer'
import { diskOf, sha256Of, write } from '../disk.ts'

/** What a simulated package holds: the CSVs as they are. The zip around them has tests of its own. */
export interface SimulatedPackage {
  readonly modifiedAt: string
  readonly files: { readonly fileName: string; readonly csv: string }[]
}

export const createPackage: typeof real.createPackage = ({ path, deflater, modifiedAt }) => {
  const files: SimulatedPackage['files'] = []
  let isBroken = false
  const whole = Promise.withResolvers<{ sizeBytes: number; whole: boolean }>()
  whole.promise.catch(() => undefined) // who sends it ahead hears of it
  const discard = () => {
    whole.reject(new DataHubError('package.failed', 'write the package'))
    return Promise.resolve()
  }
  return Promise.resolve({
    growing: { path, reach: () => whole.promise },
    async addFile(fileName, chunks, signal) {
      const tally = new CsvTally()
      const pieces: Uint8Array[] = []
      try {
        for await (const chunk of interruptible(chunks, signal)) {
          tally.add(chunk)
          tally.addRows(scanRows(chunk))
          pieces.push(chunk)
        }
        files.push({ fileName, csv: Buffer.concat(pieces).toString() })
        const { rows, sizeBytes, sha256 } = tally.totals()
        return { fileName, rows, sizeBytes, sha256 }
      } catch (error) {
        isBroken = true
        throw error
      }
    },
    seal() {
      if (isBroken) throw new DataHubError('package.failed', 'seal the package')
      const bytes = Buffer.from(
        JSON.stringify({ modifiedAt: modifiedAt.toISOString(), files } satisfies SimulatedPackage),
      )
      write(diskOf(deflater), path, bytes)
      whole.resolve({ sizeBytes: bytes.length, whole: true })
      return Promise.resolve({ path, sizeBytes: bytes.length, sha256: sha256Of(bytes) })
    },
    discard,
    [Symbol.asyncDispose]: discard,
  })
}
