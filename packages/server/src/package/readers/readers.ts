import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A line for each of 65,536 files. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024

interface Reader {
  readonly name: string
  readonly command: string
  readonly version: readonly string[]
  /** Exits with 0 when the whole zip is in order, CRC-32s included. */
  readonly read: (path: string) => readonly string[]
}

const READERS: readonly Reader[] = [
  { name: 'Python zipfile', command: 'python3', version: ['-V'], read: (path) => [beside('read_zip.py'), path] },
  { name: 'Info-ZIP', command: 'unzip', version: ['-v'], read: (path) => ['-tq', path] },
  { name: '7-Zip', command: '7z', version: ['i'], read: (path) => ['t', '-bd', path] },
  { name: 'Java', command: 'java', version: ['-version'], read: (path) => [beside('ReadZip.java'), path] },
]

export interface ZipReader {
  readonly name: string
  /** What it prints about the zip. Fails when it finds anything wrong, warnings included. */
  read(path: string): Promise<string>
}

/** Programs of other authors that read zips, as far as this machine has them. */
export async function installedReaders(): Promise<ZipReader[]> {
  const found = await Promise.all(
    READERS.map(async ({ name, command, version, read }) => {
      const present = await run(command, version).then(
        () => true,
        () => false,
      )
      return present
        ? [
            {
              name,
              read: async (path: string) => (await run(command, read(path), { maxBuffer: MAX_OUTPUT_BYTES })).stdout,
            },
          ]
        : []
    }),
  )
  return found.flat()
}
