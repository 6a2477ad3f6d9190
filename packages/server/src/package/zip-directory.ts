import {
  DIRECTORY_RECORD,
  DIRECTORY_RECORD_BYTES,
  END_BYTES,
  END_RECORD,
  MAX_16,
  MAX_32,
  TAIL_BYTES,
  ZIP64_END_BYTES,
  ZIP64_END_RECORD,
  ZIP64_LOCATOR_BYTES,
  type ZipDirectory,
  type ZipEntry,
} from './zip-format.ts'

/** Where the directory of a zip of ours is, from its last `TAIL_BYTES` bytes (or all, if it is smaller). Undefined: nowhere. */
export function parseEndOfDirectory(tail: Buffer): ZipDirectory | undefined {
  const end = tail.subarray(-END_BYTES)
  if (end.length < END_BYTES || end.readUInt32LE(0) !== END_RECORD) return undefined
  const directory = {
    entries: end.readUInt16LE(10),
    directoryBytes: end.readUInt32LE(12),
    directoryAt: end.readUInt32LE(16),
  }
  if (directory.entries < MAX_16 && directory.directoryBytes < MAX_32 && directory.directoryAt < MAX_32) {
    return directory
  }
  const zip64 = tail.subarray(-TAIL_BYTES, -(ZIP64_LOCATOR_BYTES + END_BYTES))
  if (zip64.length < ZIP64_END_BYTES || zip64.readUInt32LE(0) !== ZIP64_END_RECORD) return undefined
  return {
    entries: Number(zip64.readBigUInt64LE(32)),
    directoryBytes: Number(zip64.readBigUInt64LE(40)),
    directoryAt: Number(zip64.readBigUInt64LE(48)),
  }
}

/** The entries of a directory. Undefined when its records do not fill it exactly. */
export function parseDirectory(bytes: Buffer, { entries }: ZipDirectory): ZipEntry[] | undefined {
  const parsed: ZipEntry[] = []
  let at = 0
  while (parsed.length < entries) {
    if (at + DIRECTORY_RECORD_BYTES > bytes.length || bytes.readUInt32LE(at) !== DIRECTORY_RECORD) return undefined
    const nameAt = at + DIRECTORY_RECORD_BYTES
    const extraAt = nameAt + bytes.readUInt16LE(at + 28)
    const extra = bytes.subarray(extraAt, extraAt + bytes.readUInt16LE(at + 30))
    // Our only extra field; its 4 bytes of header are followed by what did not fit, in this order.
    let large = 4
    const number = (offset: number): number => {
      const value = bytes.readUInt32LE(at + offset)
      if (value < MAX_32) return value
      large += 8
      return Number(extra.readBigUInt64LE(large - 8))
    }
    const sizeBytes = number(24)
    const compressedBytes = number(20)
    const headerAt = number(42)
    const fileName = bytes.toString('utf8', nameAt, extraAt)
    parsed.push({ fileName, crc32: bytes.readUInt32LE(at + 16), sizeBytes, compressedBytes, headerAt })
    at = extraAt + extra.length
  }
  return at === bytes.length ? parsed : undefined
}
