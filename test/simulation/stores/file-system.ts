import { fileAt } from '../disk.ts'

/** `open` of node:fs/promises, as far as a staged file is read before it is sent. */
export function open(path: string) {
  const bytes = fileAt(path)
  if (!bytes) return Promise.reject(Object.assign(new Error('not there'), { code: 'ENOENT' }))
  return Promise.resolve({
    stat: () => Promise.resolve({ size: bytes.length }),
    read(into: Buffer, offset: number, length: number, position: number) {
      const bytesRead = bytes.copy(into, offset, position, position + length)
      return Promise.resolve({ bytesRead, buffer: into })
    },
    close: () => Promise.resolve(),
  })
}
