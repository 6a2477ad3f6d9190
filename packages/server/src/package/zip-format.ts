/**
 * The records of a zip (PKWARE APPNOTE 6.3), of the kind that is written front to back: sizes and CRC-32 follow an entry
 * in a data descriptor, because they are known only then. No byte changes once it is written, so the file can be hashed
 * and sent while it grows. Zip64 where a number needs it, and nowhere else.
 */

const LOCAL_HEADER = 0x04034b50
const DATA_DESCRIPTOR = 0x08074b50
export const DIRECTORY_RECORD = 0x02014b50
export const ZIP64_END_RECORD = 0x06064b50
const ZIP64_END_LOCATOR = 0x07064b50
export const END_RECORD = 0x06054b50

const DEFLATE = 8
/** Bit 3: a data descriptor follows. Bit 11: names are UTF-8. */
const FLAGS = 0x0808
const VERSION = 20
const VERSION_ZIP64 = 45
const MADE_BY_UNIX = 3 << 8
/** A regular file that its owner may write and everybody read. */
const UNIX_MODE = 0o100644 * 0x10000
const ZIP64_EXTRA = 0x0001
export const MAX_16 = 0xffff
export const MAX_32 = 0xffffffff

export const END_BYTES = 22
export const ZIP64_END_BYTES = 56
export const ZIP64_LOCATOR_BYTES = 20
export const DIRECTORY_RECORD_BYTES = 46

/** The most that stands after the directory. */
export const TAIL_BYTES = ZIP64_END_BYTES + ZIP64_LOCATOR_BYTES + END_BYTES

export interface ZipEntry {
  readonly fileName: string
  readonly crc32: number
  readonly sizeBytes: number
  readonly compressedBytes: number
  /** Where its local header starts. */
  readonly headerAt: number
}

/** Where the directory is, as the end of the file tells. */
export interface ZipDirectory {
  readonly entries: number
  readonly directoryAt: number
  readonly directoryBytes: number
}

/** MS-DOS date and time in 32 bits: two-second steps, from 1980 to 2107, here always UTC. */
export function dosTime(at: Date): number {
  const year = at.getUTCFullYear()
  if (!(year >= 1980 && year <= 2107)) throw new RangeError('a zip can only tell times from 1980 to 2107')
  const date = ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  return date * 0x10000 + time
}

export function localHeader(fileName: string, modified: number): Buffer {
  const name = Buffer.from(fileName)
  const header = Buffer.alloc(30)
  header.writeUInt32LE(LOCAL_HEADER, 0)
  header.writeUInt16LE(VERSION, 4)
  header.writeUInt16LE(FLAGS, 6)
  header.writeUInt16LE(DEFLATE, 8)
  header.writeUInt32LE(modified, 10)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, name])
}

/** Stands after the compressed bytes. Readers tell the long form by the sizes they have counted themselves. */
export function dataDescriptor(entry: ZipEntry): Buffer {
  const long = entry.sizeBytes > MAX_32 || entry.compressedBytes > MAX_32
  const descriptor = Buffer.alloc(long ? 24 : 16)
  descriptor.writeUInt32LE(DATA_DESCRIPTOR, 0)
  descriptor.writeUInt32LE(entry.crc32, 4)
  if (long) {
    descriptor.writeBigUInt64LE(BigInt(entry.compressedBytes), 8)
    descriptor.writeBigUInt64LE(BigInt(entry.sizeBytes), 16)
  } else {
    descriptor.writeUInt32LE(entry.compressedBytes, 8)
    descriptor.writeUInt32LE(entry.sizeBytes, 12)
  }
  return descriptor
}

export function directoryRecord(entry: ZipEntry, modified: number): Buffer {
  const name = Buffer.from(entry.fileName)
  const large = [entry.sizeBytes, entry.compressedBytes, entry.headerAt].filter((value) => value >= MAX_32)
  const record = Buffer.alloc(DIRECTORY_RECORD_BYTES)
  record.writeUInt32LE(DIRECTORY_RECORD, 0)
  record.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 4)
  record.writeUInt16LE(large.length > 0 ? VERSION_ZIP64 : VERSION, 6)
  record.writeUInt16LE(FLAGS, 8)
  record.writeUInt16LE(DEFLATE, 10)
  record.writeUInt32LE(modified, 12)
  record.writeUInt32LE(entry.crc32, 16)
  record.writeUInt32LE(Math.min(entry.compressedBytes, MAX_32), 20)
  record.writeUInt32LE(Math.min(entry.sizeBytes, MAX_32), 24)
  record.writeUInt16LE(name.length, 28)
  record.writeUInt16LE(large.length > 0 ? 4 + 8 * large.length : 0, 30)
  record.writeUInt32LE(UNIX_MODE, 38)
  record.writeUInt32LE(Math.min(entry.headerAt, MAX_32), 42)
  return Buffer.concat([record, name, zip64Extra(large)])
}

/** Holds the values that did not fit, in the order of APPNOTE 4.5.3: size, compressed size, offset. */
function zip64Extra(large: readonly number[]): Buffer {
  if (large.length === 0) return Buffer.alloc(0)
  const extra = Buffer.alloc(4 + 8 * large.length)
  extra.writeUInt16LE(ZIP64_EXTRA, 0)
  extra.writeUInt16LE(8 * large.length, 2)
  large.forEach((value, index) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index))
  return extra
}

export function endOfDirectory({ entries, directoryAt, directoryBytes }: ZipDirectory): Buffer {
  const end = Buffer.alloc(END_BYTES)
  end.writeUInt32LE(END_RECORD, 0)
  end.writeUInt16LE(Math.min(entries, MAX_16), 8)
  end.writeUInt16LE(Math.min(entries, MAX_16), 10)
  end.writeUInt32LE(Math.min(directoryBytes, MAX_32), 12)
  end.writeUInt32LE(Math.min(directoryAt, MAX_32), 16)
  if (entries < MAX_16 && directoryBytes < MAX_32 && directoryAt < MAX_32) return end

  const zip64 = Buffer.alloc(ZIP64_END_BYTES + ZIP64_LOCATOR_BYTES)
  zip64.writeUInt32LE(ZIP64_END_RECORD, 0)
  zip64.writeBigUInt64LE(BigInt(ZIP64_END_BYTES - 12), 4)
  zip64.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 12)
  zip64.writeUInt16LE(VERSION_ZIP64, 14)
  zip64.writeBigUInt64LE(BigInt(entries), 24)
  zip64.writeBigUInt64LE(BigInt(entries), 32)
  zip64.writeBigUInt64LE(BigInt(directoryBytes), 40)
  zip64.writeBigUInt64LE(BigInt(directoryAt), 48)
  zip64.writeUInt32LE(ZIP64_END_LOCATOR, ZIP64_END_BYTES)
  zip64.writeBigUInt64LE(BigInt(directoryAt + directoryBytes), ZIP64_END_BYTES + 8)
  zip64.writeUInt32LE(1, ZIP64_END_BYTES + 16)
  return Buffer.concat([zip64, end])
}
